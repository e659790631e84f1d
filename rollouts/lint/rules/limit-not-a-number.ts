import type { Rule } from '../rule.ts'

const limits = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const

export const limitNotANumber: Rule = {
  id: 'limit-not-a-number',
  severity: 'error',
  scope: 'metric',
  about:
    'A count or limit that is no whole number, which counts as unset: with an interval the metric then runs for ever',
  *check({ metric, known }) {
    for (const name of limits) {
      const value = metric[name]
      const text = typeof value === 'string' ? known(value) : undefined
      if (text === undefined || /^[+-]?\d+$/.test(text)) continue
      yield {
        path: [name],
        problem: `${name} is ${JSON.stringify(text)}, which counts as unset`,
        cure: 'Write a whole number',
      }
    }
  },
}
