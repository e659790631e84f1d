import { children, type Duration, type Node } from './ast.ts'
import { parsePromDuration } from './duration.ts'
import { PromqlError, UnreadableError } from './fault.ts'
import { parse } from './parse.ts'

/**
 * How far back a PromQL expression reads, in milliseconds: its longest range, where a subquery's range adds to the ones
 * inside it (`max_over_time(rate(x[5m])[1h:])` reads 65 minutes). Offsets do not count: they are chosen to compare with
 * the past. Of a text that cannot be parsed (a server may know more than Prometheus does) all ranges are added up, which
 * is never too little.
 */
export function lookback(query: string): number {
  try {
    return lookbackOf(parse(query), query)
  } catch (error) {
    if (error instanceof PromqlError || error instanceof UnreadableError) return allRanges(query)
    throw error
  }
}

function lookbackOf(node: Node, query: string): number {
  const inside = Math.max(0, ...children(node).map(child => lookbackOf(child, query)))
  if (node.kind === 'range') return lengthOf(node.range, query)
  return node.kind === 'subquery' ? lengthOf(node.range, query) + inside : inside
}

function lengthOf({ ms, start, end }: Duration, query: string): number {
  return ms ?? added(query.slice(start, end))
}

function allRanges(query: string): number {
  const bare = query.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g, ' ')
  return [...bare.matchAll(/\[([^\]:[]*)/g)].reduce((sum, [, range = '']) => sum + added(range), 0)
}

function added(text: string): number {
  return (text.match(/[\d.]+[a-z\d]*/g) ?? []).reduce((sum, each) => sum + (parsePromDuration(each) ?? 0), 0)
}
