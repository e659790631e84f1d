import { formatPlace } from '../../configuration/index.ts'
import {
  type AnalysisOutcome,
  type AnalysisRunStatus,
  formatTime,
  type MetricOutcome,
  type Observation,
  type Phase,
  placeOfMetric,
} from '../../rollouts/analysis/index.ts'
import { formatFloat } from '../../rollouts/prometheus/index.ts'
import { explainMetric, explainRun } from './explain.ts'
import type { AnalyzeRequest } from './request.ts'

/** What a run amounts to: the controller's phase, but a run that was stopped is never a success. */
export type AnalysisResult = 'successful' | 'failed' | 'error' | 'inconclusive' | 'cancelled' | 'timed-out'

/** The JSON that is published. It holds no secret. */
export type AnalysisReport = {
  apiVersion: 'stovepipe.dev/v1alpha1'
  kind: 'AnalysisReport'
  name: string
  result: AnalysisResult
  /** One sentence for people: what happened and why. */
  sentence: string
  startedAt: string
  finishedAt: string
  metrics: MetricReport[]
  /** The AnalysisRun's status as the controller would have it. */
  status: AnalysisRunStatus
}

export type MetricReport = {
  name: string
  phase: Phase
  dryRun: boolean
  query: string
  successCondition?: string
  failureCondition?: string
  /** File, line and column of the metric in its template. */
  place?: string
  limits: { name: string; limit: number; used: number }[]
  /** Why it ended as it did. */
  explanation: string
  measurements: MeasurementReport[]
}

/** `values` are numbers as Prometheus writes them, because JSON has no NaN and no infinity. */
export type MeasurementReport = {
  phase: Phase
  time: string
  value?: string
  values: string[]
  message?: string
  warnings?: string[]
}

export function resultOf({ status, ending }: AnalysisOutcome): AnalysisResult {
  switch (status.phase) {
    case 'Failed':
      return 'failed'
    case 'Inconclusive':
      return 'inconclusive'
    case 'Successful':
      return ending === 'completed' ? 'successful' : ending === 'terminated' ? 'cancelled' : 'timed-out'
    case 'Error':
    case 'Pending':
    case 'Running':
      return 'error'
  }
}

export function makeReport(request: AnalyzeRequest, outcome: AnalysisOutcome): AnalysisReport {
  return {
    apiVersion: 'stovepipe.dev/v1alpha1',
    kind: 'AnalysisReport',
    name: request.name,
    result: resultOf(outcome),
    sentence: explainRun(outcome),
    startedAt: formatTime(outcome.startedAt),
    finishedAt: formatTime(outcome.finishedAt),
    metrics: outcome.metrics.map(metric => metricReport(request, metric)),
    status: outcome.status,
  }
}

function metricReport({ library }: AnalyzeRequest, metric: MetricOutcome): MetricReport {
  const place = placeOfMetric(library, metric.name)
  return {
    name: metric.name,
    phase: metric.phase,
    dryRun: metric.dryRun,
    query: metric.query,
    ...(metric.successCondition !== undefined && { successCondition: metric.successCondition }),
    ...(metric.failureCondition !== undefined && { failureCondition: metric.failureCondition }),
    ...(place && { place: formatPlace(place) }),
    limits: limitsOf(metric),
    explanation: explainMetric(metric),
    measurements: metric.history.map(measurementReport),
  }
}

function limitsOf({ limits, counts }: MetricOutcome): MetricReport['limits'] {
  return [
    ...(limits.count === undefined ? [] : [{ name: 'count', limit: limits.count, used: counts.count }]),
    ...(limits.failureApplies ? [{ name: 'failureLimit', limit: limits.failure, used: counts.failed }] : []),
    { name: 'inconclusiveLimit', limit: limits.inconclusive, used: counts.inconclusive },
    { name: 'consecutiveErrorLimit', limit: limits.consecutiveError, used: counts.consecutiveError },
    ...(limits.consecutiveSuccessApplies
      ? [{ name: 'consecutiveSuccessLimit', limit: limits.consecutiveSuccess, used: counts.consecutiveSuccess }]
      : []),
  ]
}

function measurementReport({ phase, finishedAt, value, values, message, warnings }: Observation): MeasurementReport {
  return {
    phase,
    time: formatTime(finishedAt),
    ...(value !== '' && { value }),
    values: values.map(formatFloat),
    ...(message !== '' && { message }),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  }
}
