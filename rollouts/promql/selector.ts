import { ConfigurationError, type Place } from '../../configuration/index.ts'
import type { Selector } from './ast.ts'
import { PromqlError, UnreadableError } from './fault.ts'
import { parse } from './parse.ts'

/**
 * Narrows a selector of one metric, for example `http_requests_total{app="web"}`, to series with these labels. Throws a
 * ConfigurationError for anything else than a plain selector, so that nothing can be smuggled into a query.
 */
export function narrowSelector(text: string, labels: Readonly<Record<string, string>>, place?: Place): string {
  const selector = selectorIn(text)
  if (selector?.metric === undefined || !text.startsWith(selector.metric, selector.start)) {
    throw new ConfigurationError({
      problem: 'not a selector of one metric',
      ...(place && { place }),
      value: text,
      cure: 'Write it as name{label="value"}, without functions, ranges or operators',
    })
  }
  const given = selector.matchers.map(({ start, end }) => text.slice(start, end))
  const added = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${selector.metric}{${[...given, ...added].join(',')}}`
}

function selectorIn(text: string): Selector | undefined {
  try {
    const node = parse(text)
    return node.kind === 'selector' ? node : undefined
  } catch (error) {
    if (error instanceof PromqlError || error instanceof UnreadableError) return undefined
    throw error
  }
}
