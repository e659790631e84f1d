import { elementAt, lengthOf } from '../access.ts'
import { equal } from '../equality.ts'
import type { Fuel } from '../fuel.ts'
import { anyType, floatsType, func, type GoType, intsType, listType, stringsType, stringType } from '../go-type.ts'
import { asString, panic } from '../panic.ts'
import { sortValues } from '../sort.ts'
import { Duration, goTypeOf, integerOf, list, Sized, Slice, toText, type Value } from '../value.ts'
import { type ArgumentType, type BuiltinFunction, isListKind, kindOf, nameOf, one, reject } from './function.ts'

/** Functions on lists. */
export const arrayBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'first',
    validate: one(type => elementType(type, 'first')),
    call: ([from = null]) => elementAt(from, 0) ?? null,
  },
  {
    name: 'last',
    validate: one(type => elementType(type, 'last')),
    call: ([from = null]) => elementAt(from, (lengthOf(from) ?? 0) - 1) ?? null,
  },
  { name: 'take', validate: takeType, call: take },
  {
    name: 'reverse',
    validate: one(type => (isListKind(type) ? listType : reject(`cannot reverse ${nameOf(type)}`))),
    call: ([from = null], { fuel }) => {
      const items = itemsOf(from, 'reverse %').toReversed()
      fuel.grow(items.length)
      return list(items)
    },
  },
  {
    name: 'uniq',
    validate: one(type => (isListKind(type) ? listType : reject(`cannot uniq ${nameOf(type)}`))),
    call: ([from = null], { fuel }) => {
      const kept: Value[] = []
      for (const item of itemsOf(from, 'uniq %')) {
        if (!kept.some(each => equal(item, each, fuel))) kept.push(item)
      }
      return list(kept)
    },
  },
  {
    name: 'concat',
    validate: args => {
      if (args.length === 0) reject('invalid number of arguments (expected at least 1, got 0)')
      for (const type of args) if (!isListKind(type)) reject(`cannot concat ${nameOf(type)}`)
      return listType
    },
    call: (args, { fuel }) => {
      const lists = args.map(each => itemsOf(each, 'concat %'))
      fuel.grow(lists.reduce((sum, items) => sum + items.length, 0))
      const items = lists.flat()
      return new Slice(listType, items, items.length === 0)
    },
  },
  {
    name: 'flatten',
    validate: one(type => (isListKind(type) ? listType : reject(`cannot flatten ${nameOf(type)}`))),
    call: ([from = null], { fuel }) => {
      const items: Value[] = []
      flatten(itemsOf(from, 'flatten %'), items, fuel)
      fuel.grow(items.length)
      return list(items)
    },
  },
  { name: 'sort', types: sortTypes(), call: sort },
]

function elementType(type: ArgumentType, which: string): GoType {
  if (kindOf(type) === 'interface') return anyType
  return type?.kind === 'slice' || type?.kind === 'array'
    ? (type.elem ?? anyType)
    : reject(`cannot get ${which} element from ${nameOf(type)}`)
}

function itemsOf(value: Value, action: string): readonly Value[] {
  if (value instanceof Slice) return value.items
  return reject(`cannot ${action.replace('%', goTypeOf(value)?.kind ?? 'invalid')}`)
}

function takeType(args: readonly ArgumentType[]): GoType {
  const [from, count] = args
  if (args.length !== 2) reject(`invalid number of arguments (expected 2, got ${args.length})`)
  if (!from || !isListKind(from)) return reject(`cannot take from ${nameOf(from)}`)
  if (!['interface', 'int', 'int64'].includes(kindOf(count) ?? '')) reject(`cannot take ${nameOf(count)} elements`)
  return from
}

function take([from = null, count = null]: readonly Value[]): Value {
  const items = itemsOf(from, 'take from %')
  const number = signedOf(count)
  if (number === undefined) return reject(`cannot take ${goTypeOf(count)?.kind ?? 'invalid'} elements`)
  const type = goTypeOf(from) ?? listType
  if (type.kind === 'array') return panic('reflect.Value.Slice: slice of unaddressable array')
  if (number < 0n) return panic('reflect.Value.Slice: slice index out of bounds')
  const to = number > BigInt(items.length) ? items.length : Number(number)
  return new Slice(type, items.slice(0, to), from instanceof Slice && from.isNil)
}

/** Integers with a sign, Durations included: what reflect calls CanInt. */
function signedOf(value: Value): bigint | undefined {
  if (value instanceof Duration) return value.ns
  if (value instanceof Sized) return value.type.kind === 'uint8' ? undefined : value.value
  return integerOf(value)
}

function flatten(items: readonly Value[], into: Value[], fuel: Fuel): void {
  for (const item of items) {
    fuel.spend()
    if (item instanceof Slice) flatten(item.items, into, fuel)
    else into.push(item)
  }
}

function sortTypes(): GoType[] {
  const sorted = (type: GoType, ...more: GoType[]): GoType => func([type, ...more], [listType])
  return [
    ...[listType, intsType, floatsType, stringsType].map(type => sorted(type, stringType)),
    ...[listType, floatsType, stringsType, intsType].map(type => sorted(type)),
  ]
}

/** Other lists than these count as none. */
const sortable: readonly GoType[] = [listType, intsType, floatsType, stringsType]

function sort(args: readonly Value[], { fuel }: { fuel: Fuel }): Value {
  const [from = null, order] = args
  const known = from instanceof Slice && sortable.includes(from.type)
  const text = order === undefined ? 'asc' : asString(order)
  if (text !== 'asc' && text !== 'desc') return reject(`invalid order ${toText(text)}, expected asc or desc`)
  const items = known ? from.items : []
  const sorted = sortValues(items, items, text === 'desc', fuel)
  fuel.grow(sorted.length)
  return new Slice(listType, sorted, !known)
}
