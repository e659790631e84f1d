import { formatDuration } from '../../../configuration/index.ts'
import { type Node, rates, walk } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

/** Functions that need two samples in their range. */
const twoSamples = new Set([...rates, 'delta', 'idelta', 'deriv', 'predict_linear'])

export const rangeTooShort: Rule = {
  id: 'range-too-short',
  severity: 'warning',
  scope: 'metric',
  about: 'A rate over less than two scrape intervals (`--scrape-interval`), which often has no two samples',
  *check({ query, scrapeInterval }) {
    if (query?.kind !== 'read') return
    for (const node of walk(query.node)) {
      if (node.kind !== 'call' || !twoSamples.has(node.name)) continue
      const range = rangeIn(node.arguments[0])
      if (range?.ms === undefined || range.ms <= 0 || range.open(query.unknown)) continue
      const interval = range.step ?? scrapeInterval
      if (range.ms >= 2 * interval) continue
      yield {
        path: queryPath,
        offset: query.offsetInTemplate(range.start),
        problem: `a range of ${formatDuration(range.ms)} holds fewer than two samples, which come every ${formatDuration(interval)}: ${node.name}() is often empty`,
        cure: `Make the range at least ${formatDuration(4 * interval)}`,
      }
    }
  },
}

type Range = {
  ms: number | undefined
  step: number | undefined
  start: number
  open(unknown: (span: { start: number; end: number }) => boolean): boolean
}

function rangeIn(node: Node | undefined): Range | undefined {
  switch (node?.kind) {
    case 'range':
      return { ms: node.range.ms, step: undefined, start: node.range.start, open: unknown => unknown(node.range) }
    case 'subquery':
      // Without a step the server's own interval counts, which is not known here.
      return (
        node.step && {
          ms: node.range.ms,
          step: node.step.ms,
          start: node.range.start,
          open: unknown => unknown(node.range) || (node.step !== undefined && unknown(node.step)),
        }
      )
    case 'modified':
    case 'paren':
      return rangeIn(node.operand)
    default:
      return undefined
  }
}
