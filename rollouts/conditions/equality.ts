import { floatOf } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import { listType } from './go-type.ts'
import { mapKey } from './map-key.ts'
import { Duration, Func, GoMap, goTypeOf, integerOf, isNilValue, Sized, Slice, Time, type Value } from './value.ts'

/** expr-lang's `==` (`runtime.Equal`): numbers by value whatever their type, lists of anything by their elements. */
export function equal(left: Value, right: Value, fuel: Fuel): boolean {
  fuel.spend()
  const [a, b] = [integerOf(left), integerOf(right)]
  if (a !== undefined && b !== undefined) return a === b
  const [x, y] = [floatOf(left), floatOf(right)]
  if (x !== undefined && y !== undefined) return x === y
  if (left instanceof Slice && right instanceof Slice) {
    const [l, r] = [left.type, right.type]
    const comparable = l.kind === 'slice' && r.kind === 'slice' && isSimple(left) && isSimple(right)
    if (comparable && (l === r || l === listType || r === listType)) return equalItems(left, right, fuel)
  }
  if (left instanceof Time && right instanceof Time) return left.ns === right.ns
  if (isNilValue(left) && isNilValue(right)) return true
  return deepEqual(left, right, fuel)
}

function isSimple(slice: Slice): boolean {
  const elem = slice.type.elem
  return elem !== undefined && ['interface', 'string', 'int', 'float64', 'uint8'].includes(elem.kind)
}

function equalItems(left: Slice, right: Slice, fuel: Fuel): boolean {
  if (left.items.length !== right.items.length) return false
  return left.items.every((item, index) => equal(item, right.items[index] ?? null, fuel))
}

/** Go's reflect.DeepEqual: the same type all the way down. */
function deepEqual(left: Value, right: Value, fuel: Fuel): boolean {
  fuel.spend()
  if (goTypeOf(left) !== goTypeOf(right)) return false
  if (left instanceof Slice && right instanceof Slice) {
    if (left === right) return true
    if (left.isNil !== right.isNil || left.items.length !== right.items.length) return false
    return left.items.every((item, index) => deepEqual(item, right.items[index] ?? null, fuel))
  }
  if (left instanceof GoMap && right instanceof GoMap) {
    if (left === right) return true
    if (left.entries.size !== right.entries.size) return false
    return [...left.entries.values()].every(({ key, value }) => {
      const other = right.entries.get(mapKey(key))
      return other !== undefined && deepEqual(value, other.value, fuel)
    })
  }
  if (left instanceof Sized && right instanceof Sized) return left.value === right.value
  if (left instanceof Duration && right instanceof Duration) return left.ns === right.ns
  if (left instanceof Time && right instanceof Time) return left.ns === right.ns
  if (left instanceof Func || right instanceof Func) return false
  return left === right
}
