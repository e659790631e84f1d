import { bare, rates, walk } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const rateOfSum: Rule = {
  id: 'rate-of-sum',
  severity: 'warning',
  scope: 'metric',
  about: 'A rate of a sum (`rate(sum(x)[5m:])`): one restart makes the sum fall, and the rate jump',
  *check({ query }) {
    if (query?.kind !== 'read') return
    for (const node of walk(query.node)) {
      if (node.kind !== 'call' || !rates.has(node.name)) continue
      const subquery = node.arguments[0] && bare(node.arguments[0])
      const summed = subquery?.kind === 'subquery' ? bare(subquery.operand) : undefined
      if (summed?.kind !== 'aggregation') continue
      yield {
        path: queryPath,
        offset: query.offsetInTemplate(summed.start),
        problem: `${node.name}() of ${summed.operator}(): when one series restarts, the whole seems to, and the rate jumps`,
        cure: `Take the rate first: ${summed.operator}(${node.name}(…[5m]))`,
      }
    }
  },
}
