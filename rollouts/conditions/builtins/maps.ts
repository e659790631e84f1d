import { formatValue } from '../format.ts'
import { anyMapType, listType, pairsType, pairType } from '../go-type.ts'
import { mapKey } from '../map-key.ts'
import { GoMap, goTypeOf, list, Slice, toText, type Value } from '../value.ts'
import { type BuiltinFunction, isListKind, isMapKind, nameOf, one, reject } from './function.ts'

/** Functions on maps. Go gives their entries in any order; here it is that of insertion. */
export const mapBuiltins: readonly BuiltinFunction[] = [
  {
    name: 'keys',
    validate: one(type => (isMapKind(type) ? listType : reject(`cannot get keys from ${nameOf(type)}`))),
    call: ([map = null]) => list(entriesOf(map, 'get keys from %').map(({ key }) => key)),
  },
  {
    name: 'values',
    validate: one(type => (isMapKind(type) ? listType : reject(`cannot get values from ${nameOf(type)}`))),
    call: ([map = null]) => list(found(entriesOf(map, 'get values from %')).map(({ value }) => value)),
  },
  {
    name: 'toPairs',
    validate: one(type => (isMapKind(type) ? listType : reject(`cannot transform ${nameOf(type)} to pairs`))),
    call: ([map = null]) => {
      const entries = found(entriesOf(map, 'transform % to pairs'))
      return new Slice(
        pairsType,
        entries.map(({ key, value }) => new Slice(pairType, [key, value])),
      )
    },
  },
  {
    name: 'fromPairs',
    validate: one(type => (isListKind(type) ? anyMapType : reject(`cannot transform ${nameOf(type)} from pairs`))),
    call: ([pairs = null], { fuel }) => {
      if (!(pairs instanceof Slice)) return reject(`cannot transform ${describe(pairs, fuel)} from pairs`)
      const map = new GoMap(anyMapType)
      for (const pair of pairs.items) {
        fuel.spend()
        if (!(pair instanceof Slice)) return reject(`invalid pair ${describe(pair, fuel)}`)
        if (pair.items.length !== 2) return reject(`invalid pair length ${describe(pair, fuel)}`)
        const [key = null, value = null] = pair.items
        map.entries.set(mapKey(key), { key, value })
      }
      return map
    },
  },
]

function describe(value: Value, fuel: Parameters<typeof formatValue>[1]): string {
  return value === null ? '<invalid reflect.Value>' : toText(formatValue(value, fuel))
}

/** `action` says what is refused, with % for the kind of the value. */
function entriesOf(map: Value, action: string): { key: Value; value: Value }[] {
  if (map instanceof GoMap) return [...map.entries.values()]
  return reject(`cannot ${action.replace('%', goTypeOf(map)?.kind ?? 'invalid')}`)
}

/** expr-lang looks each key up again, and NaN is never found. */
function found(entries: { key: Value; value: Value }[]): { key: Value; value: Value }[] {
  if (!entries.some(({ key }) => Number.isNaN(key))) return entries
  return reject('reflect: call of reflect.Value.Interface on zero Value')
}
