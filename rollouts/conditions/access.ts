import { equal } from './equality.ts'
import { formatValue } from './format.ts'
import type { Fuel } from './fuel.ts'
import { anyType, type GoType, isAssignable, listType, stringType } from './go-type.ts'
import { mapKey } from './map-key.ts'
import { methodOf } from './methods.ts'
import { truncate } from './numbers.ts'
import { panic, wrongType } from './panic.ts'
import { describeType, GoMap, goTypeOf, integerOf, Slice, Time, toText, uint8, type Value } from './value.ts'

/** expr-lang's `runtime.ToInt`: any number, floats cut towards zero. */
export function toInt(value: Value): bigint {
  if (typeof value === 'number') return truncate(value)
  return integerOf(value) ?? panic(`invalid operation: int(${describeType(value)})`)
}

/** The number of elements of a list, or of bytes of a text; undefined for all else. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return value.length
  return value instanceof Slice ? value.items.length : undefined
}

/** One element of a list, or one byte of a text; undefined outside of it. */
export function elementAt(value: Value, index: number): Value | undefined {
  if (value instanceof Slice) return value.items[index]
  if (typeof value !== 'string' || index < 0 || index >= value.length) return undefined
  return uint8(value.charCodeAt(index))
}

/** `from[index]` and `from.name` (`runtime.Fetch`). */
export function fetch(from: Value, index: Value, fuel: Fuel): Value {
  const cannot = (): never => panic(`cannot fetch ${toText(formatValue(index, fuel))} from ${describeType(from)}`)
  if (from === null) return cannot()
  const method = typeof index === 'string' ? methodOf(from, index) : undefined
  if (method) return method
  const length = lengthOf(from)
  if (length !== undefined) {
    const given = Number(toInt(index))
    const at = given < 0 ? length + given : given
    const element = elementAt(from, at)
    if (element !== undefined) return element
    return panic(`index out of range: ${indexText(index, length)} (array length is ${length})`)
  }
  if (from instanceof GoMap) return mapIndex(from, index)?.value ?? zero(from.type.elem)
  if (from instanceof Time && typeof index !== 'string') return wrongType(index, 'string')
  return cannot()
}

/** The index after counting from the end, in 64 bits. */
function indexText(index: Value, length: number): string {
  const given = toInt(index)
  return String(given < 0n ? BigInt.asIntN(64, given + BigInt(length)) : given)
}

/** The element for a key; nil stands for the key type's zero. */
export function mapIndex(map: GoMap, key: Value): { key: Value; value: Value } | undefined {
  const wanted = map.type.key ?? anyType
  const found = goTypeOf(key)
  if (found === undefined) return map.entries.get(mapKey(wanted === stringType ? '' : wanted === anyType ? null : 0n))
  if (!isAssignable(found, wanted)) {
    panic(`reflect.Value.MapIndex: value of type ${found.name} is not assignable to type ${wanted.name}`)
  }
  return map.entries.get(mapKey(key, map.entries.size === 0))
}

function zero(type: GoType | undefined): Value {
  return type?.kind === 'slice' ? new Slice(type, [], true) : null
}

/** `needle in from` (`runtime.In`). */
export function isIn(needle: Value, from: Value, fuel: Fuel): boolean {
  if (from === null) return false
  if (from instanceof Slice) return from.items.some(item => equal(item, needle, fuel))
  if (from instanceof GoMap) return mapIndex(from, needle) !== undefined
  if (from instanceof Time) {
    if (typeof needle === 'string') return false
    return panic(`cannot use ${describeType(needle)} as field name of ${describeType(from)}`)
  }
  return panic(`operator "in" not defined on ${describeType(from)}`)
}

/** `from[start:end]` (`runtime.Slice`): bounds are counted from the end when negative, and cut to what is there. */
export function slice(value: Value, start: Value, end: Value, fuel: Fuel): Value {
  const length = lengthOf(value)
  if (length === undefined) return panic(`cannot slice ${toText(formatValue(start, fuel))}`)
  const from = bound(toInt(start), length)
  const to = Math.min(bound(toInt(end), length), length)
  const first = Math.min(from, to)
  if (typeof value === 'string') return value.slice(first, to)
  if (!(value instanceof Slice)) return value
  fuel.spend(to - first)
  const type = value.type.kind === 'array' ? listType : value.type
  return new Slice(type, value.items.slice(first, to), value.isNil)
}

function bound(index: bigint, length: number): number {
  return Number(index < 0n ? (index + BigInt(length) < 0n ? 0n : index + BigInt(length)) : index)
}
