import { ConditionError } from './condition-error.ts'
import { describeType, type Value } from './value.ts'

/** Ends the evaluation with what Go's panic would say. */
export function panic(message: string): never {
  throw new ConditionError(message)
}

/** Go's message for a value that is not of the type a type assertion names. */
export function wrongType(value: Value, wanted: string): never {
  const found = value === null ? 'nil' : describeType(value)
  return panic(`interface conversion: interface {} is ${found}, not ${wanted}`)
}

export function asBool(value: Value): boolean {
  return typeof value === 'boolean' ? value : wrongType(value, 'bool')
}

export function asString(value: Value): string {
  return typeof value === 'string' ? value : wrongType(value, 'string')
}

export function asFloat64(value: Value): number {
  return typeof value === 'number' ? value : wrongType(value, 'float64')
}

export function asInt(value: Value): bigint {
  return typeof value === 'bigint' ? value : wrongType(value, 'int')
}
