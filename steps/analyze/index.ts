export { type AnalyzeHost, analyze } from './analyze.ts'
export type { AnalysisReport, AnalysisResult, MeasurementReport, MetricReport } from './report.ts'
export { type AnalyzeInputs, type AnalyzeRequest, type InputHost, parseAnalyzeInputs } from './request.ts'
export { sparkline } from './sparkline.ts'
