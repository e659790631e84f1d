import type { Constant } from './ast.ts'
import { emptyStructType, intType, mapOf, stringType } from './go-type.ts'
import { mapKey } from './map-key.ts'
import { GoMap, list, toBytes, type Value } from './value.ts'

/** The value of what the optimizer computed: a list of literals, or a set of ints or texts, which is a map in Go. */
export function constantOf({ form, items }: Constant): Value {
  const values = items.map(({ value }) => (typeof value === 'string' ? toBytes(value) : value))
  if (form === 'list') return list(values)
  const set = new GoMap(mapOf(typeof values[0] === 'string' ? stringType : intType, emptyStructType))
  for (const value of values) set.entries.set(mapKey(value), { key: value, value: null })
  return set
}
