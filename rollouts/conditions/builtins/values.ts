import { elementAt, lengthOf, mapIndex, toInt } from '../access.ts'
import { formatValue } from '../format.ts'
import { anyType, floatType, func, type GoType, intType, stringType } from '../go-type.ts'
import { methodOf } from '../methods.ts'
import { NumberError, parseFloat64, parseInteger, truncate } from '../numbers.ts'
import { panic } from '../panic.ts'
import { Duration, describeType, GoMap, goTypeOf, integerOf, Sized, toText, type Value } from '../value.ts'
import { type BuiltinFunction, kindOf, nameOf, one, reject } from './function.ts'

/** Functions that look at a value of any type, or make a number or text of it. */
export const valueBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'len',
    validate: one(type =>
      ['array', 'map', 'slice', 'string', 'interface'].includes(kindOf(type) ?? '')
        ? intType
        : reject(`invalid argument for len (type ${nameOf(type)})`),
    ),
    call: ([value = null]) => BigInt(countOf(value)),
  },
  { name: 'type', types: [func([anyType], [stringType])], call: ([value = null]) => typeName(value) },
  {
    name: 'string',
    types: [func([anyType], [stringType])],
    call: ([value = null], { fuel }) => formatValue(value, fuel),
  },
  { name: 'int', validate: one(convertible('int', intType)), call: ([value = null]) => toInteger(value) },
  { name: 'float', validate: one(convertible('float', floatType)), call: ([value = null]) => toFloat(value) },
  { name: 'get', call: ([from = null, key = null]) => get(from, key) },
]

function convertible(name: string, to: GoType): (type: GoType | undefined) => GoType {
  return type =>
    ['interface', 'int', 'int64', 'uint8', 'float64', 'string'].includes(kindOf(type) ?? '')
      ? to
      : reject(`invalid argument for ${name} (type ${nameOf(type)})`)
}

/** Characters of a text, elements of anything else. */
function countOf(value: Value): number {
  if (typeof value === 'string') return [...toText(value)].length
  if (value instanceof GoMap) return value.entries.size
  return lengthOf(value) ?? panic(`invalid argument for len (type ${describeType(value)})`)
}

const kindNames: Readonly<Record<string, string>> = {
  int: 'int',
  int64: 'int',
  uint8: 'uint',
  float64: 'float',
  slice: 'array',
  ptr: 'unknown',
}

function typeName(value: Value): string {
  const type = goTypeOf(value)
  if (!type) return 'nil'
  return type.pkg === undefined ? (kindNames[type.kind] ?? type.kind) : type.name
}

function toInteger(value: Value): bigint {
  if (value === null) return panic('reflect: call of reflect.Value.Type on zero Value')
  if (typeof value === 'number') return truncate(value)
  if (typeof value === 'string') {
    return parsed(value, text => parseInteger(text, 'ten', 'Atoi')) ?? panic(`invalid operation: int(${toText(value)})`)
  }
  if (value instanceof Duration) return value.ns
  if (value instanceof Sized) return value.value
  return integerOf(value) ?? panic(`invalid operation: int(${describeType(value)})`)
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string')
    return parsed(value, parseFloat64) ?? panic(`invalid operation: float(${toText(value)})`)
  const integer = integerOf(value)
  return integer === undefined ? panic(`invalid operation: float(${describeType(value)})`) : Number(integer)
}

function parsed<N>(bytes: string, parse: (text: string) => N): N | undefined {
  try {
    return parse(bytes)
  } catch (error) {
    if (error instanceof NumberError) return undefined
    throw error
  }
}

/** Like `from[key]`, but nil where there is nothing. */
function get(from: Value, key: Value): Value {
  if (from === null) return null
  const method = typeof key === 'string' ? methodOf(from, key) : undefined
  if (method) return method
  const length = lengthOf(from)
  if (length !== undefined) {
    const index = Number(toInt(key))
    return elementAt(from, index < 0 ? length + index : index) ?? null
  }
  return from instanceof GoMap ? (mapIndex(from, key)?.value ?? null) : null
}
