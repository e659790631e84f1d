import { type Node, walk } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const quantileWithoutLe: Rule = {
  id: 'quantile-without-le',
  severity: 'error',
  scope: 'metric',
  about: '`histogram_quantile` of buckets that were summed without `le`, of which nothing is left',
  *check({ query }) {
    if (query?.kind !== 'read') return
    for (const node of walk(query.node)) {
      if (node.kind !== 'call' || !/^histogram_(?:quantile|fraction)$/.test(node.name)) continue
      const lost = losesBuckets(node.arguments.at(-1))
      if (!lost || query.unknown(lost.by)) continue
      yield {
        path: queryPath,
        offset: query.offsetInTemplate(lost.start),
        problem: `${lost.operator}() takes the label le away, by which ${node.name}() tells buckets apart: it finds nothing`,
        cure: `Keep it: ${lost.operator} by (le) (…)`,
      }
    }
  },
}

type Lost = { operator: string; start: number; by: { start: number; end: number } }

/** The aggregation over classic buckets that drops `le`; native histograms have no `_bucket` and need none. */
function losesBuckets(node: Node | undefined): Lost | undefined {
  if (node?.kind === 'paren' || node?.kind === 'modified') return losesBuckets(node.operand)
  if (node?.kind === 'binary') return losesBuckets(node.left) ?? losesBuckets(node.right)
  if (node?.kind !== 'aggregation') return undefined
  const inside = node.arguments.at(-1)
  const { grouping, operator, start } = node
  const keeps =
    grouping?.kind === 'by'
      ? grouping.labels.includes('le')
      : grouping?.kind === 'without' && !grouping.labels.includes('le')
  const aggregates = !/^(?:topk|bottomk|limitk|limit_ratio)$/.test(operator)
  if (keeps || !aggregates) return losesBuckets(inside)
  const buckets =
    inside && [...walk(inside)].some(each => each.kind === 'selector' && /_bucket$/.test(each.metric ?? ''))
  return buckets ? { operator, start, by: { start, end: inside.start } } : undefined
}
