import { ConditionError, evaluateTime, UnsupportedConditionError } from '../../conditions/index.ts'
import type { Rule } from '../rule.ts'

export const rangeQuery: Rule = {
  id: 'range-query',
  severity: 'error',
  scope: 'metric',
  about: 'A `rangeQuery` whose start or end is no time, as `now() - duration("5m")`, or that has no step',
  *check({ metric, known }) {
    const range = metric.provider.prometheus?.rangeQuery
    if (!range) return
    for (const name of ['start', 'end'] as const) {
      const problem = timeFault(known(range[name] ?? ''))
      if (problem === undefined) continue
      yield {
        path: ['provider', 'prometheus', 'rangeQuery', name],
        problem: `rangeQuery.${name}: ${problem}`,
        cure: 'Write a time, as now() or now() - duration("5m")',
      }
    }
    if (range.step) return
    yield {
      path: ['provider', 'prometheus', 'rangeQuery'],
      problem: 'a rangeQuery without a step',
      cure: 'Give a step, for example 1m',
    }
  },
}

function timeFault(source: string | undefined): string | undefined {
  if (source === undefined) return undefined
  try {
    evaluateTime(source, Date.UTC(2020, 0, 1)) // any time will do
    return undefined
  } catch (error) {
    if (error instanceof ConditionError || error instanceof UnsupportedConditionError) return error.message
    throw error
  }
}
