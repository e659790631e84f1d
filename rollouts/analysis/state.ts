import {
  type AnalysisRunStatus,
  type CompletedPhase,
  formatTime,
  type Measurement,
  type MetricResult,
  type Phase,
  type RunSummary,
} from './status.ts'

/** A run between two passes. Nothing in it is ever changed: each pass makes a new one. Times are milliseconds. */
export type RunState = {
  phase: Phase
  message: string
  startedAt?: number
  completedAt?: number
  /** By name; a metric without a first measurement has none. */
  results: ReadonlyMap<string, MetricState>
  summaries?: { run: Summary; dryRun: Summary }
}

/** One metric's counters, and the measurements it retains. */
export type MetricState = {
  name: string
  phase: Phase
  message: string
  dryRun: boolean
  measurements: readonly MeasurementState[]
  count: number
  successful: number
  failed: number
  inconclusive: number
  error: number
  consecutiveError: number
  consecutiveSuccess: number
  query?: string
}

export type MeasurementState = {
  phase: CompletedPhase
  message: string
  startedAt: number
  finishedAt: number
  /** As the controller writes it, for example `[0.5,NaN]`; empty after an error. */
  value: string
  warnings: readonly string[]
}

export type Summary = { count: number; successful: number; failed: number; inconclusive: number; error: number }

export const emptySummary: Summary = { count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0 }

export const newRun: RunState = { phase: 'Pending', message: '', results: new Map() }

export function newMetric(name: string, dryRun: boolean, query: string | undefined): MetricState {
  return {
    ...{ name, phase: 'Running', message: '', dryRun, measurements: [] },
    ...{ count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0, consecutiveError: 0, consecutiveSuccess: 0 },
    ...(query && { query }),
  }
}

/**
 * Adds a finished measurement (`analysis/analysis.go`, runMeasurements): errors do not count, only a success makes a
 * row of successes longer, and anything but an error ends a row of errors.
 */
export function addMeasurement(metric: MetricState, measurement: MeasurementState): MetricState {
  const next = { ...metric, measurements: [...metric.measurements, measurement] }
  switch (measurement.phase) {
    case 'Successful':
      return {
        ...next,
        count: metric.count + 1,
        successful: metric.successful + 1,
        consecutiveError: 0,
        consecutiveSuccess: metric.consecutiveSuccess + 1,
      }
    case 'Failed':
      return { ...next, count: metric.count + 1, failed: metric.failed + 1, consecutiveError: 0, consecutiveSuccess: 0 }
    case 'Inconclusive':
      return {
        ...next,
        count: metric.count + 1,
        inconclusive: metric.inconclusive + 1,
        consecutiveError: 0,
        consecutiveSuccess: 0,
      }
    case 'Error':
      return {
        ...next,
        error: metric.error + 1,
        consecutiveError: metric.consecutiveError + 1,
        consecutiveSuccess: 0,
      }
  }
}

/** Writes a state down as the CRD has it. */
export function toStatus(state: RunState): AnalysisRunStatus {
  return {
    phase: state.phase,
    ...text('message', state.message),
    metricResults: [...state.results.values()].map(toMetricResult),
    ...time('startedAt', state.startedAt),
    ...summary('runSummary', state.summaries?.run),
    ...summary('dryRunSummary', state.summaries?.dryRun),
    ...time('completedAt', state.completedAt),
  }
}

function toMetricResult(metric: MetricState): MetricResult {
  return {
    name: metric.name,
    phase: metric.phase,
    ...(metric.measurements.length > 0 && { measurements: metric.measurements.map(toMeasurement) }),
    ...text('message', metric.message),
    ...number('count', metric.count),
    ...number('successful', metric.successful),
    ...number('failed', metric.failed),
    ...number('inconclusive', metric.inconclusive),
    ...number('error', metric.error),
    ...number('consecutiveError', metric.consecutiveError),
    ...(metric.dryRun && { dryRun: true }),
    ...(metric.query !== undefined && { metadata: { ResolvedPrometheusQuery: metric.query } }),
    ...number('consecutiveSuccess', metric.consecutiveSuccess),
  }
}

export function toMeasurement(measurement: MeasurementState): Measurement {
  return {
    phase: measurement.phase,
    ...text('message', measurement.message),
    startedAt: formatTime(measurement.startedAt),
    finishedAt: formatTime(measurement.finishedAt),
    ...text('value', measurement.value),
    ...(measurement.warnings.length > 0 && {
      metadata: { warnings: measurement.warnings.map(warning => `"${warning}"`).join(', ') },
    }),
  }
}

function summary<Key extends string>(key: Key, counts: Summary | undefined): { [key in Key]?: RunSummary } {
  if (!counts || counts.count === 0) return {}
  const written: RunSummary = {
    count: counts.count,
    ...number('successful', counts.successful),
    ...number('failed', counts.failed),
    ...number('inconclusive', counts.inconclusive),
    ...number('error', counts.error),
  }
  return entry(key, written)
}

function text<Key extends string>(key: Key, value: string): { [key in Key]?: string } {
  return value === '' ? {} : entry(key, value)
}

function number<Key extends string>(key: Key, value: number): { [key in Key]?: number } {
  return value === 0 ? {} : entry(key, value)
}

function time<Key extends string>(key: Key, ms: number | undefined): { [key in Key]?: string } {
  return ms === undefined ? {} : entry(key, formatTime(ms))
}

function entry<Key extends string, Value>(key: Key, value: Value): { [key in Key]?: Value } {
  const made: { [key in Key]?: Value } = {}
  made[key] = value
  return made
}
