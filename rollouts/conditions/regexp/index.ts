import type { Fuel } from '../fuel.ts'
import { UnsupportedConditionError } from '../unsupported.ts'

/** A pattern that Go's regexp package refuses; the message is its own. */
export class RegexpSyntaxError extends Error {
  override readonly name = 'RegexpSyntaxError'
}

export function compileRegexp(_pattern: string): { matches(bytes: string, fuel: Fuel): boolean } {
  throw new UnsupportedConditionError('matches')
}
