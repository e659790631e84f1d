import type { Rule } from '../rule.ts'

export const retention: Rule = {
  id: 'retention',
  severity: 'warning',
  scope: 'template',
  about: 'A `measurementRetention` limit of 0 or less, which keeps ten measurements as if it were not there',
  *check({ spec }) {
    for (const [index, { limit }] of (spec.measurementRetention ?? []).entries()) {
      if (limit > 0) continue
      yield {
        path: ['measurementRetention', index, 'limit'],
        problem: `a limit of ${limit} keeps 10 measurements, as without the rule`,
        cure: 'Write at least 1',
      }
    }
  },
}
