import {
  boolType,
  durationType,
  floatType,
  type GoType,
  int64Type,
  intType,
  listType,
  stringType,
  timeType,
  uint8Type,
} from './go-type.ts'

/**
 * A Go value. `number` is float64, `bigint` is int, a `string` holds the bytes of a Go string, one per character, so
 * that lengths, slices and comparisons are Go's own.
 */
export type Value = null | boolean | number | bigint | string | Sized | Slice | GoMap | Duration | Time | Func

/** An integer that is not an int: what asInt() gives, and the bytes of a string. */
export class Sized {
  readonly type: GoType
  readonly value: bigint
  constructor(type: GoType, value: bigint) {
    this.type = type
    this.value = value
  }
}

export const int64 = (value: bigint): Sized => new Sized(int64Type, BigInt.asIntN(64, value))
export const uint8 = (value: number): Sized => new Sized(uint8Type, BigInt(value))

/** A slice or array. A nil slice is empty too, but equal to nil. */
export class Slice {
  readonly type: GoType
  readonly items: readonly Value[]
  readonly isNil: boolean
  constructor(type: GoType, items: readonly Value[], isNil = false) {
    this.type = type
    this.items = items
    this.isNil = isNil
  }
}

export const list = (items: readonly Value[]): Slice => new Slice(listType, items)

/** A map; the keys are told apart by `mapKey`, and NaN is never the same key twice. */
export class GoMap {
  readonly type: GoType
  readonly entries = new Map<unknown, { key: Value; value: Value }>()
  constructor(type: GoType) {
    this.type = type
  }
}

/** Nanoseconds. */
export class Duration {
  readonly ns: bigint
  constructor(ns: bigint) {
    this.ns = BigInt.asIntN(64, ns)
  }
}

/** A point in time, in nanoseconds since the Unix epoch; `offset` is that of its zone, in seconds. */
export class Time {
  readonly ns: bigint
  readonly zone: Zone
  constructor(ns: bigint, zone: Zone) {
    this.ns = ns
    this.zone = zone
  }
}
export type Zone = { readonly name: string; readonly offset: number }
export const utc: Zone = { name: 'UTC', offset: 0 }

/** A function as a value: of the environment, or a method taken off a time. */
export class Func {
  readonly type: GoType
  readonly call: (args: readonly Value[]) => Value
  constructor(type: GoType, call: (args: readonly Value[]) => Value) {
    this.type = type
    this.call = call
  }
}

/** The dynamic type of a value; undefined for nil. */
export function goTypeOf(value: Value): GoType | undefined {
  switch (typeof value) {
    case 'boolean':
      return boolType
    case 'number':
      return floatType
    case 'bigint':
      return intType
    case 'string':
      return stringType
    default:
      if (value === null) return undefined
      if (value instanceof Duration) return durationType
      if (value instanceof Time) return timeType
      return value.type
  }
}

/** Go's `%T`. */
export function describeType(value: Value): string {
  return goTypeOf(value)?.name ?? '<nil>'
}

/** The value of an int, int64 or uint8 (not of a named type such as Duration); undefined for all else. */
export function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value
  return value instanceof Sized && value.type.pkg === undefined ? value.value : undefined
}

/** Whether a value is nil, or a nil slice, map or function (`runtime.IsNil`). */
export function isNilValue(value: Value): boolean {
  return value === null || (value instanceof Slice && value.type.kind === 'slice' && value.isNil)
}

/** Makes a Go string of a text. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The text of a Go string; bytes that are no UTF-8 become U+FFFD. */
export function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
