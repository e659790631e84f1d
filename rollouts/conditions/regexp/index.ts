import type { Fuel } from '../fuel.ts'
import { splitCharacters } from '../text-case.ts'
import { toBytes, toText } from '../value.ts'
import { RegexpSyntaxError } from './error.ts'
import { assemble } from './program.ts'
import { parsePattern } from './syntax.ts'

export { RegexpSyntaxError } from './error.ts'

/** A pattern ready to be looked for. */
export type Regexp = {
  /** Whether the pattern is found anywhere in a Go string, in time linear in its length. */
  matches(bytes: string, fuel: Fuel): boolean
}

/** Compiles a pattern that is a Go string, which may hold bytes that are no text. */
export function compileBytes(bytes: string): Regexp {
  const characters = splitCharacters(bytes)
  const wrong = characters.findIndex(character => toBytes(toText(character)) !== character)
  if (wrong >= 0) throw new RegexpSyntaxError('invalid UTF-8', toText(characters.slice(wrong).join('')))
  return compileRegexp(toText(bytes))
}

/**
 * Compiles a pattern with the syntax and meaning of Go's regexp package. JavaScript's own engine goes back and tries
 * again, without bound for some patterns; this one follows all ways at once. Throws a RegexpSyntaxError with Go's
 * message, and an UnsupportedConditionError for what is not supported here.
 */
export function compileRegexp(pattern: string): Regexp {
  const program = assemble(parsePattern(pattern))
  return { matches: (bytes, fuel) => program([...toText(bytes)], fuel) }
}
