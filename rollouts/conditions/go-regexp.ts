import { Fuel } from './fuel.ts'
import { compileRegexp } from './regexp/index.ts'
import { toBytes } from './value.ts'

/**
 * Compiles a pattern of Go's regexp package (RE2), unanchored, which is looked for in time linear in the text. Throws a
 * RegexpSyntaxError with Go's message, and an UnsupportedConditionError for a pattern that is too large; looking for it
 * in a text so long that it would take minutes throws one too.
 */
export function compileGoRegexp(pattern: string): (text: string) => boolean {
  const regexp = compileRegexp(pattern)
  return text => regexp.matches(toBytes(text), new Fuel())
}
