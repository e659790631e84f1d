import { intValue } from '../../analysis/index.ts'
import type { Rule } from '../rule.ts'

export const intervalWithoutCount: Rule = {
  id: 'interval-without-count',
  severity: 'warning',
  scope: 'metric',
  about:
    'An interval without a count, with which a metric is measured until the run is stopped; no gate takes that for a pass',
  *check({ metric, known }) {
    const { interval, count, consecutiveSuccessLimit } = metric
    if (!interval) return
    const ends = [count, consecutiveSuccessLimit].some(limit => {
      const value = typeof limit === 'string' ? known(limit) : limit
      // An argument without a value may well be a number.
      return limit !== undefined && (value === undefined || intValue(value) !== 0n)
    })
    if (ends) return
    yield {
      path: ['interval'],
      problem:
        'an interval without a count: the metric is measured until the run is stopped, and no gate takes that for a pass',
      cure: 'Give a count, or a consecutiveSuccessLimit',
    }
  },
}
