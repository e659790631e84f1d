export { type AnalyzeHost, analyze } from './analyze.ts'
export { annotate, placeOf } from './annotate.ts'
export type { KubernetesHost } from './cluster.ts'
export type { ClusterInputs } from './cluster-request.ts'
export { explainMetric, explainRun } from './explain.ts'
export { type Folders, readSources } from './files.ts'
export { limitUse } from './limits.ts'
export { sayMeasurement, type WatchedMetric, type Watcher } from './progress.ts'
export {
  type AnalysisReport,
  type AnalysisResult,
  type LimitReport,
  type MeasurementReport,
  type MetricReport,
  reportSchema,
  reportSchemaId,
} from './report-schema.ts'
export { type AnalyzeInputs, type AnalyzeRequest, type InputHost, parseAnalyzeInputs } from './request.ts'
export { secretValues } from './secrets.ts'
export { sparkline } from './sparkline.ts'
