import { panic } from './panic.ts'
import { Duration, describeType, Sized, Slice, Time, type Value } from './value.ts'

/**
 * What tells keys of a Go map apart, as a key of a JavaScript Map: values of different types never meet. Go words the
 * refusal of a key differently when it is looked up in an empty map.
 */
export function mapKey(key: Value, lookedUpInEmpty = false): unknown {
  switch (typeof key) {
    case 'string':
      return `s${key}`
    case 'number':
      return Number.isNaN(key) ? Symbol('NaN') : key
    case 'object':
      if (key === null) return null
      if (key instanceof Sized) return `z${key.type.name} ${key.value}`
      if (key instanceof Duration) return `d${key.ns}`
      if (key instanceof Time) return `t${key.ns} ${key.zone.name}`
      if (key instanceof Slice && key.type.kind === 'array') return arrayKey(key, lookedUpInEmpty)
      return panic(
        lookedUpInEmpty
          ? `hash of unhashable type: ${describeType(key)}`
          : `runtime error: hash of unhashable type ${describeType(key)}`,
      )
    default:
      return key
  }
}

function arrayKey(array: Slice, lookedUpInEmpty: boolean): unknown {
  const parts = array.items.map(item => mapKey(item, lookedUpInEmpty))
  if (parts.some(part => typeof part === 'symbol')) return Symbol('NaN')
  return `a${JSON.stringify(parts.map(part => `${typeof part}${String(part)}`))}`
}
