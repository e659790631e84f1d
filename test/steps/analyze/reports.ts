import {
  type AnalysisReport,
  type MeasurementReport,
  type MetricReport,
  reportSchemaId,
} from '../../../steps/analyze/index.ts'

/** What one measurement gave: numbers, or the message of an error. */
export type Given = readonly (number | 'NaN' | '+Inf')[] | string

const start = Date.UTC(2026, 0, 1, 9)

/** A measurement every 30 seconds. */
export function measurements(given: readonly Given[], failed: (value: number) => boolean): MeasurementReport[] {
  return given.map((found, index) => {
    const time = new Date(start + index * 30_000).toISOString().replace('.000', '')
    if (typeof found === 'string') return { phase: 'Error', time, values: [], message: found }
    const values = found.map(String)
    const bad = found.some(value => typeof value !== 'number' || failed(value))
    return { phase: bad ? 'Failed' : 'Successful', time, value: `[${values}]`, values }
  })
}

export function metric(change: Partial<MetricReport> = {}): MetricReport {
  return {
    name: 'error-ratio',
    phase: 'Failed',
    dryRun: false,
    query: 'sum(rate(errors_total[2m])) / sum(rate(requests_total[2m]))',
    successCondition: 'len(result) == 0 || result[0] < 0.05',
    place: 'analysis/errors.yaml:7:7',
    limits: [
      { name: 'count', limit: 10, used: 5 },
      { name: 'failureLimit', limit: 1, used: 2 },
      { name: 'inconclusiveLimit', limit: 0, used: 0 },
      { name: 'consecutiveErrorLimit', limit: 4, used: 1 },
    ],
    thresholds: [{ condition: 'success', operator: '<', value: 0.05 }],
    explanation: 'Metric "error-ratio" failed: [0.08] does not meet successCondition `result[0] < 0.05`.',
    measurements: measurements([[0.01], [0.02], [0.06], 'no answer', [0.03], ['NaN'], [0.08]], value => value >= 0.05),
    ...change,
  }
}

export function report(metrics: MetricReport[], change: Partial<AnalysisReport> = {}): AnalysisReport {
  return {
    $schema: reportSchemaId,
    apiVersion: 'stovepipe.dev/v1alpha1',
    kind: 'AnalysisReport',
    name: 'golden-signals',
    result: 'failed',
    sentence: 'Metric "error-ratio" failed: [0.08] does not meet successCondition `result[0] < 0.05`. Query: `up`',
    startedAt: '2026-01-01T09:00:00Z',
    finishedAt: '2026-01-01T09:03:00Z',
    status: { phase: 'Failed', message: 'Metric "error-ratio" assessed Failed', metricResults: [] },
    metrics,
    ...change,
  }
}

/** Two bounds, several series, a dry run, a long query, errors: all that a page has to find room for. */
export function fullReport(): AnalysisReport {
  return report([
    metric(),
    metric({
      name: 'latency-p99-of-a-service-with-a-rather-long-name',
      phase: 'Inconclusive',
      query: `histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{app="coolkit",cluster="prod-eu1-a"}[2m])))`,
      failureCondition: 'result[0] > 0.052',
      thresholds: [
        { condition: 'success', operator: '<', value: 0.05 },
        { condition: 'failure', operator: '>', value: 0.052 },
      ],
    }),
    metric({
      name: 'traffic',
      phase: 'Successful',
      dryRun: true,
      successCondition: 'all(result, # > 10)',
      thresholds: [{ condition: 'success', operator: '>', value: 10 }],
      measurements: measurements(
        Array.from({ length: 40 }, (_, index) => [120 + (index % 7) * 4, 80 - (index % 5) * 3, 1234.5678 + index]),
        value => value <= 10,
      ),
    }),
    metric({ name: 'once', phase: 'Successful', thresholds: [], measurements: measurements([[3]], () => false) }),
    metric({ name: 'nothing', phase: 'Pending', thresholds: [], measurements: [] }),
  ])
}
