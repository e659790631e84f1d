import { walk } from './ast.ts'
import { UnreadableError } from './fault.ts'
import { type Filled, fillQuery } from './fill.ts'

/**
 * Whether each selector of a query, with the arguments that are known, has a matcher with `{{args.NAME}}` in its value, and one of them takes the series
 * that have it, where others may exclude them. False for a query without selectors, and for one that cannot be parsed,
 * or only when its arguments are known.
 */
export function selectsArgument(query: string, name: string, known: ReadonlyMap<string, string> = new Map()): boolean {
  const mark = `stovepipe-${name}`
  if (query.includes(mark)) return false
  const filled = fillUnlessUnreadable(query, new Map([...known, [name, mark]]))
  if (filled.kind !== 'parsed') return false
  const operators = [...walk(filled.node)]
    .filter(node => node.kind === 'selector')
    .map(({ matchers }) => matchers.filter(({ value }) => value.includes(mark)).map(({ operator }) => operator))
  const taking = operators.flat().some(operator => operator === '=' || operator === '=~')
  return taking && operators.every(found => found.length > 0)
}

function fillUnlessUnreadable(query: string, values: ReadonlyMap<string, string>): Filled {
  try {
    return fillQuery(query, values)
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: 'open' }
    throw error
  }
}
