import type { Rule } from '../rule.ts'

export const noCondition: Rule = {
  id: 'no-condition',
  severity: 'warning',
  scope: 'metric',
  about: 'A metric without conditions, which is Successful whatever it measures',
  *check({ metric, query }) {
    if (query && !metric.successCondition && !metric.failureCondition) {
      yield {
        path: ['name'],
        problem: 'without a condition every measurement is Successful, an empty one too',
        cure: 'Give a successCondition or a failureCondition, or let it run dry',
      }
    }
  },
}
