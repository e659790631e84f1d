export type { Secrets } from './arguments.ts'
export { longestRange, metricsIgnoringCluster } from './gate.ts'
export { DurationError, parseGoDuration } from './go-duration.ts'
export { intValue, type Limits } from './limits.ts'
export { type MergeOptions, mergeTemplates, templatesOf, withArguments } from './merge.ts'
export type { Counts, MetricOutcome } from './outcome.ts'
export type { PlannedMetric } from './plan.ts'
export type { MetricProgress } from './progress.ts'
export { type Measured, MeasurementError, type ProviderOptions, prometheusProvider, type Query } from './provider.ts'
export { type DescribedMetric, describeMetrics, recordedOutcome, recordedProgress } from './recorded.ts'
export { ruleMatcher } from './rules.ts'
export { type AnalysisOutcome, type Ending, type Observation, type RunOptions, runAnalysis } from './run.ts'
export type { AnalysisRunSpec, AnalysisTemplateSpec, Argument, Metric, PrometheusMetric } from './spec.ts'
export {
  type AnalysisRunStatus,
  formatTime,
  isCompleted,
  type Measurement,
  type MetricResult,
  type Phase,
  type RunSummary,
} from './status.ts'
export {
  type AnalysisRun,
  type LoadOptions,
  loadTemplates,
  placeOfMetric,
  type Template,
  type TemplateLibrary,
} from './template.ts'
export { metricFault } from './validate.ts'
