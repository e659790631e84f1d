import { compileGoRegexp, RegexpSyntaxError } from '../conditions/index.ts'
import type { Matcher, Selector, Span } from './ast.ts'
import type { QueryFault } from './fault.ts'
import type { Unknowns } from './type-of.ts'

/** What is wrong with a selector that the grammar allows. */
export function* selectorFaults(node: Selector, unknown: Unknowns): Iterable<Omit<QueryFault, 'kind'>> {
  const { metric, matchers } = node
  for (const matcher of matchers) {
    const problem = unknown(matcher) ? undefined : patternFault(matcher)
    if (problem !== undefined) yield { problem, ...spanOf(matcher) }
  }
  const named = matchers.find(({ label }) => label === '__name__')
  if (metric !== undefined) {
    if (named && !unknown(node))
      yield { problem: `the metric's name is given twice, ${metric} and ${named.value}`, ...spanOf(node) }
    return
  }
  if (!unknown(node) && !matchers.some(excludesEmpty)) {
    yield {
      problem: 'the selector takes every series there is: one matcher must refuse the empty text',
      ...spanOf(node),
    }
  }
}

function patternFault({ operator, value }: Matcher): string | undefined {
  if (operator === '=' || operator === '!=') return undefined
  try {
    compileGoRegexp(value)
    return undefined
  } catch (error) {
    // A pattern too large to be judged is left to the server.
    return error instanceof RegexpSyntaxError ? error.message : undefined
  }
}

function excludesEmpty({ operator, value }: Matcher): boolean {
  switch (operator) {
    case '=':
      return value !== ''
    case '!=':
      return value === ''
    case '=~':
      return !matchesEmpty(value)
    case '!~':
      return matchesEmpty(value)
  }
}

function matchesEmpty(pattern: string): boolean {
  try {
    return compileGoRegexp(`^(?:${pattern})$`)('')
  } catch {
    return false // what is wrong with it is told elsewhere
  }
}

function spanOf({ start, end }: Span): Span {
  return { start, end }
}
