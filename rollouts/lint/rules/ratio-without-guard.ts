import { notANumber } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const ratioWithoutGuard: Rule = {
  id: 'ratio-without-guard',
  severity: 'warning',
  scope: 'metric',
  about:
    'A ratio or quantile that is NaN without traffic, and one condition alone: NaN compares false, so it fails a successCondition and passes a failureCondition',
  *check({ query, metric, conditions, judge }) {
    if (query?.kind !== 'read') return
    const source = notANumber(query.node, query.unknown)
    const asksForNaN = Object.values(conditions).some(each => each?.kind === 'read' && each.calls.has('isNaN'))
    if (!source || asksForNaN) return
    const phase = judge([Number.NaN])?.phase
    if (phase !== 'Successful' && phase !== 'Failed') return
    const what = source.kind === 'binary' ? 'ratio' : `${source.name}()`
    const then = phase === 'Failed' ? 'fails the release' : 'passes'
    yield {
      path: queryPath,
      offset: query.offsetInTemplate(source.start),
      problem: `without traffic this ${what} is NaN, which compares false and ${then}${metric.failureCondition ? '' : ' by the successCondition'}`,
      cure:
        source.kind === 'binary'
          ? 'Divide by what is > 0, or say in the condition what NaN means: isNaN(result[0]) || …'
          : 'Say in the condition what NaN means: isNaN(result[0]) || …',
    }
  },
}
