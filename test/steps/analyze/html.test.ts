import { expect, test } from '@jest/globals'
import { htmlReport } from '../../../steps/analyze/html.ts'
import type { AnalysisReport } from '../../../steps/analyze/index.ts'
import { reportSchemaId, sparkline } from '../../../steps/analyze/index.ts'
import { thresholdsIn } from '../../../steps/analyze/plot.ts'

const hostile = `<script>alert("'1'")</script>`

function report(values: string[][]): AnalysisReport {
  return {
    $schema: reportSchemaId,
    apiVersion: 'stovepipe.dev/v1alpha1',
    kind: 'AnalysisReport',
    name: hostile,
    result: 'failed',
    sentence: hostile,
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:01:00Z',
    status: { phase: 'Failed', message: hostile, metricResults: [] },
    metrics: [
      {
        name: hostile,
        phase: 'Failed',
        dryRun: false,
        query: hostile,
        successCondition: 'result[0] < 0.05',
        limits: [{ name: 'failureLimit', limit: 0, used: 1 }],
        thresholds: [],
        explanation: hostile,
        measurements: values.map((found, index) => ({
          phase: found.length === 0 ? 'Error' : 'Failed',
          time: `2026-01-01T00:00:0${index}Z`,
          values: found,
          value: hostile,
        })),
      },
    ],
  }
}

test('the page holds no markup from outside and loads nothing', () => {
  const page = htmlReport(report([['0.01'], ['0.2'], ['NaN'], [], ['+Inf']]))
  expect(page).not.toContain('<script')
  expect(page).not.toMatch(/(?:src|href)=|url\(|NaN"|Infinity/)
  expect(page).toContain("default-src 'none'")
})

test('each finite value is a dot, an error a cross, and the threshold a dashed line', () => {
  const page = htmlReport(report([['0.01'], ['0.2', '0.3'], ['NaN'], [], ['+Inf']]))
  expect(page.match(/<circle class="Failed"/g)).toHaveLength(3)
  expect(page.match(/<path class="Error"/g)).toHaveLength(1)
  expect(page.match(/<path class="threshold"/g)).toHaveLength(1)
})

test.each([
  ['result[0] < 0.05', [0.05]],
  ['len(result) == 0 || 1e-3 <= result[0] && result[0] <= 2', [0.001, 2]],
  ['result > -1 && result < -1', [-1]],
  ['all(result, # > 3)', []],
  [undefined, []],
])('the thresholds of %j are %j', (condition, thresholds) => {
  expect(thresholdsIn(condition)).toEqual(thresholds)
})

test.each<[(number | undefined)[], string]>([
  [[], ''],
  [[5], '▁'],
  [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  [[0, Number.NaN, undefined, 1, Number.POSITIVE_INFINITY], '▁×·█×'],
])('the sparkline of %j is %j', (values, line) => {
  expect(sparkline(values)).toBe(line)
})
