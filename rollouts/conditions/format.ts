import { compare } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import { monthType, weekdayType } from './go-type.ts'
import { formatFloat } from './numbers.ts'
import { formatDuration, formatTime, monthNames, weekdayNames } from './time-format.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { Duration, type Func, GoMap, Sized, Slice, Time, toBytes, type Value } from './value.ts'

/** Writes a value as Go's `%v` does, as a Go string. */
export function formatValue(value: Value, fuel: Fuel): string {
  fuel.spend()
  if (value === null) return '<nil>'
  switch (typeof value) {
    case 'string':
      fuel.text(value.length)
      return value
    case 'number':
      return formatFloat(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      return formatObject(value, fuel)
  }
}

function formatObject(value: Sized | Slice | GoMap | Duration | Time | Func, fuel: Fuel): string {
  if (value instanceof Sized) return formatSized(value)
  if (value instanceof Duration) return toBytes(formatDuration(value.ns))
  if (value instanceof Time) return formatTime(value)
  if (value instanceof Slice)
    return `[${join(
      value.items.map(item => formatValue(item, fuel)),
      fuel,
    )}]`
  if (value instanceof GoMap) {
    const entries = sortEntries([...value.entries.values()])
    const texts = entries.map(({ key, value }) => `${formatValue(key, fuel)}:${formatValue(value, fuel)}`)
    return `map[${join(texts, fuel)}]`
  }
  throw new UnsupportedConditionError('the address of a function as text')
}

function formatSized({ type, value }: Sized): string {
  if (type === monthType) return monthNames[Number(value) - 1] ?? String(value)
  if (type === weekdayType) return weekdayNames[Number(value)] ?? String(value)
  return String(value)
}

function join(texts: readonly string[], fuel: Fuel): string {
  fuel.text(texts.reduce((sum, text) => sum + text.length + 1, 0))
  return texts.join(' ')
}

type Entry = { key: Value; value: Value }

/** Go prints maps by key: nil, then by type, then by value (`internal/fmtsort`). */
export function sortEntries(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => order(a.key, b.key))
}

const ranks: Readonly<Record<string, number>> = { bigint: 1, number: 2, string: 3, boolean: 4 }

function order(left: Value, right: Value): number {
  const rank = (value: Value): number => {
    if (value === null) return 0
    return ranks[typeof value] ?? 5
  }
  if (rank(left) !== rank(right)) return rank(left) - rank(right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (Number.isNaN(left)) return -1
  if (Number.isNaN(right)) return 1
  if (rank(left) === 0 || rank(left) === 5) return 0
  return compare('<', left, right) ? -1 : compare('<', right, left) ? 1 : 0
}
