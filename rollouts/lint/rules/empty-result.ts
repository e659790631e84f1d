import { mayBeEmpty } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'

export const emptyResult: Rule = {
  id: 'empty-result',
  severity: 'warning',
  scope: 'metric',
  about:
    'A query that may find no series, and a condition that then has no `result[0]`, or passes without a look at `len(result)`',
  *check({ query, kinds, metric, conditions, judge }) {
    if (query?.kind !== 'read' || kinds[0] === 'scalar' || !mayBeEmpty(query.node, query.unknown)) return
    const verdict = judge([])
    const path = [metric.successCondition ? 'successCondition' : 'failureCondition']
    if (verdict?.phase === 'Error') {
      const enough = judge([1])?.phase === 'Error' && judge([1, 1])?.phase !== 'Error'
      yield {
        path,
        problem: enough
          ? 'the query may find one series only, and then the condition is an error'
          : 'the query may find no series, and then the condition is an error: five in a row end the run in Error',
        cure: 'Say what no data means: len(result) > 0 && …, or len(result) == 0 || …; or end the query in: or on() vector(0)',
      }
    }
    if (verdict?.phase === 'Successful' && !Object.values(conditions).some(looksAtLength)) {
      yield {
        path,
        problem: 'the query may find no series, and then the measurement is Successful: a release passes without data',
        cure: 'Say what no data means: len(result) > 0 && …',
      }
    }
  },
}

function looksAtLength(subject: { kind: string; calls?: ReadonlySet<string> } | undefined): boolean {
  return subject?.calls?.has('len') === true || subject?.calls?.has('count') === true
}
