import { compare } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { goTypeOf, type Value } from './value.ts'

/** Up to here Go's sort inserts one element after the other; beyond, it chooses pivots. */
const longestInsertion = 12

/**
 * Sorts `items` by `keys`, as Go's sort.Sort does. Throws a ConditionError for keys that cannot be compared. Go's order
 * of equal elements and of NaN among many depends on its algorithm: a longer list that has them is refused with an
 * UnsupportedConditionError.
 */
export function sortValues(items: readonly Value[], keys: readonly Value[], descending: boolean, fuel: Fuel): Value[] {
  const less = (a: Value, b: Value): boolean => {
    fuel.spend()
    return descending ? compare('<', b, a) : compare('<', a, b)
  }
  const pairs = items.map((item, index) => ({ item, key: keys[index] ?? null }))
  if (pairs.length > longestInsertion) refuseDoubt(keys, items === keys)
  else return insertionSort(pairs, (a, b) => less(a.key, b.key)).map(({ item }) => item)
  return pairs.sort((a, b) => (less(a.key, b.key) ? -1 : less(b.key, a.key) ? 1 : 0)).map(({ item }) => item)
}

function insertionSort<T>(given: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorted: T[] = []
  for (const each of given) {
    let at = sorted.length
    for (let before = sorted[at - 1]; before !== undefined && less(each, before); before = sorted[at - 1]) at--
    sorted.splice(at, 0, each)
  }
  return sorted
}

/** Equal keys are no doubt when they are themselves what is sorted. */
function refuseDoubt(keys: readonly Value[], keysAreItems: boolean): void {
  const alike = new Set(keys.map(goTypeOf)).size === 1
  const distinct = keysAreItems || new Set(keys).size === keys.length
  if (
    alike &&
    distinct &&
    keys.every(key => ['number', 'bigint', 'string'].includes(typeof key) && !Number.isNaN(key))
  ) {
    return
  }
  throw new UnsupportedConditionError(
    `sorting more than ${longestInsertion} elements that are not all different numbers or texts of one type`,
  )
}
