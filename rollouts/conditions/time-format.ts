import type { Time, Zone } from './value.ts'

export const monthNames: readonly string[] =
  'January February March April May June July August September October November December'.split(' ')
export const weekdayNames: readonly string[] = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

/** Writes nanoseconds as Go's Duration.String does: `1h30m0s`, `1.5µs`, `0s`. */
export function formatDuration(ns: bigint): string {
  if (ns === 0n) return '0s'
  const size = ns < 0n ? -ns : ns
  const sign = ns < 0n ? '-' : ''
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`
  if (minutes === 0n) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '')
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`
}

/** A time taken apart in its own zone; the month counts from 1. */
export type Calendar = {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  weekday: number
  yearDay: number
}

export function calendarOf({ ns, zone }: Time): Calendar {
  const local = ns + BigInt(zone.offset) * 1_000_000_000n
  const seconds = floorDivide(local, 1_000_000_000n)
  const date = new Date(Number(seconds) * 1000)
  const year = date.getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(local - seconds * 1_000_000_000n),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - Date.UTC(2000, 0, 1) + daysBefore(year) * 86_400_000) / 86_400_000) + 1,
  }
}

/** Days from the first of January of a year to that of 2000. */
function daysBefore(year: number): number {
  const first = new Date(Date.UTC(2000, 0, 1))
  first.setUTCFullYear(year)
  return Math.round((Date.UTC(2000, 0, 1) - first.getTime()) / 86_400_000)
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

/** Writes a time as Go's Time.String does, without the monotonic clock. */
export function formatTime(time: Time): string {
  const { year, month, day, hour, minute, second, nanosecond } = calendarOf(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const fraction = nanosecond === 0 ? '' : `.${String(nanosecond).padStart(9, '0').replace(/0+$/, '')}`
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}${fraction} ${offsetText(time.zone)} ${time.zone.name}`
}

function offsetText({ offset }: Zone): string {
  const minutes = Math.floor(Math.abs(offset) / 60)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}
