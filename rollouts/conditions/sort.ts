import { compare } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import type { Value } from './value.ts'

/** TODO */
export function sortValues(items: readonly Value[], keys: readonly Value[], descending: boolean, fuel: Fuel): Value[] {
  const array = [...items]
  const by = [...keys]
  const less = (i: number, j: number): boolean => {
    fuel.spend()
    const [a = null, b = null] = [by[i], by[j]]
    return descending ? compare('<', b, a) : compare('<', a, b)
  }
  const swap = (i: number, j: number): void => {
    ;[array[i], array[j]] = [array[j] ?? null, array[i] ?? null]
    ;[by[i], by[j]] = [by[j] ?? null, by[i] ?? null]
  }
  for (let i = 1; i < array.length; i++) {
    for (let j = i; j > 0 && less(j, j - 1); j--) swap(j, j - 1)
  }
  return array
}
