import { formatPlace } from '../../configuration/index.ts'
import {
  type AnalysisOutcome,
  formatTime,
  type MetricOutcome,
  type Observation,
  placeOfMetric,
} from '../../rollouts/analysis/index.ts'
import { thresholdsOf } from '../../rollouts/conditions/index.ts'
import { formatFloat } from '../../rollouts/prometheus/index.ts'
import { explainMetric, explainRun } from './explain.ts'
import { limitUse } from './limits.ts'
import {
  type AnalysisReport,
  type AnalysisResult,
  type MeasurementReport,
  type MetricReport,
  reportSchemaId,
} from './report-schema.ts'
import type { AnalyzeRequest } from './request.ts'

/** What a run amounts to: the controller's phase, but a run that was stopped is never a success. */
export function resultOf({ status, ending }: AnalysisOutcome): AnalysisResult {
  switch (status.phase) {
    case 'Failed':
      return 'failed'
    case 'Inconclusive':
      return 'inconclusive'
    case 'Successful':
      return ending === 'completed' ? 'successful' : stopped[ending]
    case 'Error':
      return 'error'
    case 'Pending':
    case 'Running': // a cluster's controller had not ended it yet
      return ending === 'completed' ? 'error' : stopped[ending]
  }
}

const stopped = { terminated: 'cancelled', 'cut-short': 'timed-out' } as const

export function makeReport(request: AnalyzeRequest, outcome: AnalysisOutcome): AnalysisReport {
  return {
    $schema: reportSchemaId,
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
    limits: limitUse(metric.limits, metric.counts),
    thresholds: thresholdsIn(metric),
    explanation: explainMetric(metric),
    measurements: metric.history.map(measurementReport),
  }
}

function thresholdsIn({ successCondition, failureCondition }: MetricOutcome): MetricReport['thresholds'] {
  const bounds = (condition: 'success' | 'failure', source: string | undefined) =>
    thresholdsOf(source ?? '').map(threshold => ({ condition, ...threshold }))
  return [...bounds('success', successCondition), ...bounds('failure', failureCondition)]
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
