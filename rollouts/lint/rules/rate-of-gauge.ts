import { type Node, rates, walk } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

const gauge =
  /_(?:bytes|ratio|percent|percentage|celsius|info|timestamp_seconds|in_flight|inflight|in_progress|size|length|depth|capacity|limit|available|usage|pending|replicas|connections|workers|lag)$|^up$/
const counter = /_(?:total|count|sum|bucket|created)$/

export const rateOfGauge: Rule = {
  id: 'rate-of-gauge',
  severity: 'warning',
  scope: 'metric',
  about: '`rate`, `irate` or `increase` of what its name tells to be a gauge, or `delta` and `deriv` of a counter',
  *check({ query }) {
    if (query?.kind !== 'read') return
    for (const node of walk(query.node)) {
      if (node.kind !== 'call') continue
      const selector = selectorIn(node.arguments[0])
      const metric = selector?.metric
      if (!selector || metric === undefined) continue
      if (rates.has(node.name) && gauge.test(metric)) {
        yield {
          path: queryPath,
          offset: query.offsetInTemplate(selector.start),
          problem: `${metric} looks like a gauge: ${node.name}() takes every fall for a restart and counts it as growth`,
          cure: 'Write delta() or deriv() for a gauge, or max_over_time()',
        }
      }
      if (/^i?delta$|^deriv$/.test(node.name) && counter.test(metric)) {
        yield {
          path: queryPath,
          offset: query.offsetInTemplate(selector.start),
          problem: `${metric} looks like a counter: ${node.name}() goes below zero when it restarts`,
          cure: 'Write increase() or rate() for a counter',
        }
      }
    }
  },
}

function selectorIn(node: Node | undefined): Extract<Node, { kind: 'selector' }> | undefined {
  switch (node?.kind) {
    case 'selector':
      return node
    case 'range':
    case 'modified':
    case 'paren':
      return selectorIn(node.operand)
    default:
      return undefined
  }
}
