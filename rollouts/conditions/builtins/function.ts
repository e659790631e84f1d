import { ConditionError } from '../condition-error.ts'
import type { Fuel } from '../fuel.ts'
import type { GoType, Kind } from '../go-type.ts'
import type { Value } from '../value.ts'

/** What a builtin may use besides its arguments. `now` is the clock, in milliseconds since the epoch. */
export type Context = { fuel: Fuel; now: number }

/** The static type of an argument; undefined for nil. */
export type ArgumentType = GoType | undefined

/**
 * A builtin function: its signatures, or a rule that gives the result's type from the arguments' (and throws a
 * ConditionError), or neither; and what it computes.
 */
export type BuiltinFunction = {
  readonly name: string
  readonly types?: readonly GoType[]
  readonly validate?: (args: readonly ArgumentType[]) => GoType
  readonly call: (args: readonly Value[], context: Context) => Value
}

export function reject(message: string): never {
  throw new ConditionError(message)
}

/** The kind of an argument's static type; undefined for nil. */
export const kindOf = (type: ArgumentType): Kind | undefined => type?.kind

/** A type in a message, where Go's `%s` of a missing type shows. */
export const nameOf = (type: ArgumentType): string => type?.name ?? '%!s(<nil>)'

export const isListKind = (type: ArgumentType): boolean => ['interface', 'slice', 'array'].includes(type?.kind ?? '')
export const isMapKind = (type: ArgumentType): boolean => ['interface', 'map'].includes(type?.kind ?? '')
export const isNumberKind = (type: ArgumentType): boolean =>
  ['int', 'int64', 'uint8', 'float64'].includes(type?.kind ?? '')

/** A rule for exactly one argument. */
export function one(rule: (type: ArgumentType) => GoType): (args: readonly ArgumentType[]) => GoType {
  return args => {
    if (args.length !== 1) reject(`invalid number of arguments (expected 1, got ${args.length})`)
    return rule(args[0])
  }
}
