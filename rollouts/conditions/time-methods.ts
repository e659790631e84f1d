import { between } from './arithmetic.ts'
import {
  boolType,
  durationType,
  floatType,
  type GoType,
  int64Type,
  intType,
  monthType,
  stringType,
  timeType,
  weekdayType,
} from './go-type.ts'
import { panic } from './panic.ts'
import { calendarOf, floorDivide, formatDuration, formatTime } from './time-format.ts'
import { Duration, int64, Sized, Time, toBytes, utc, type Value } from './value.ts'

type Method<R> = { params: readonly GoType[]; result: GoType; call(receiver: R, args: readonly Value[]): Value }
type Methods<R> = Readonly<Record<string, Method<R> | 'unsupported'>>

const zeroTime = -62_135_596_800_000_000_000n
const billion = 1_000_000_000n

function field(get: (time: Time) => number): Method<Time> {
  return { params: [], result: intType, call: time => BigInt(get(time)) }
}

function since(unit: bigint): Method<Time> {
  return { params: [], result: int64Type, call: time => int64(floorDivide(time.ns, unit)) }
}

function ordered(holds: (a: bigint, b: bigint) => boolean): Method<Time> {
  return {
    params: [timeType],
    result: boolType,
    call: (time, [other]) => (other instanceof Time ? holds(time.ns, other.ns) : noTime()),
  }
}

function noTime(): never {
  return panic('interface conversion: interface {} is not time.Time')
}

function durationOf(value: Value | undefined): bigint {
  return value instanceof Duration ? value.ns : panic('interface conversion: interface {} is not time.Duration')
}

/** Methods of Go's time.Time; those marked exist there and not here. */
export const timeMethods: Methods<Time> = {
  Year: field(time => calendarOf(time).year),
  Day: field(time => calendarOf(time).day),
  Hour: field(time => calendarOf(time).hour),
  Minute: field(time => calendarOf(time).minute),
  Second: field(time => calendarOf(time).second),
  Nanosecond: field(time => calendarOf(time).nanosecond),
  YearDay: field(time => calendarOf(time).yearDay),
  Month: { params: [], result: monthType, call: time => new Sized(monthType, BigInt(calendarOf(time).month)) },
  Weekday: { params: [], result: weekdayType, call: time => new Sized(weekdayType, BigInt(calendarOf(time).weekday)) },
  Unix: since(billion),
  UnixMilli: since(1_000_000n),
  UnixMicro: since(1_000n),
  UnixNano: since(1n),
  After: ordered((a, b) => a > b),
  Before: ordered((a, b) => a < b),
  Equal: ordered((a, b) => a === b),
  IsZero: { params: [], result: boolType, call: time => time.ns === zeroTime },
  UTC: { params: [], result: timeType, call: time => new Time(time.ns, utc) },
  Add: {
    params: [durationType],
    result: timeType,
    call: (time, [by]) => new Time(time.ns + durationOf(by), time.zone),
  },
  Sub: {
    params: [timeType],
    result: durationType,
    call: (time, [other]) => (other instanceof Time ? between(time, other) : noTime()),
  },
  Truncate: {
    params: [durationType],
    result: timeType,
    call: (time, [to]) => new Time(truncated(time, durationOf(to)), time.zone),
  },
  Round: {
    params: [durationType],
    result: timeType,
    call: (time, [to]) => new Time(rounded(time, durationOf(to)), time.zone),
  },
  String: { params: [], result: stringType, call: time => toBytes(formatTime(time)) },
  ...unsupported(
    'AddDate AppendBinary AppendFormat AppendText Clock Compare Date Format GoString GobEncode ISOWeek In IsDST Local',
  ),
  ...unsupported('Location MarshalBinary MarshalJSON MarshalText Zone ZoneBounds'),
}

/** Methods of Go's time.Duration. */
export const durationMethods: Methods<Duration> = {
  Hours: inUnits(3_600_000_000_000n),
  Minutes: inUnits(60_000_000_000n),
  Seconds: inUnits(billion),
  Milliseconds: whole(1_000_000n),
  Microseconds: whole(1_000n),
  Nanoseconds: whole(1n),
  String: { params: [], result: stringType, call: duration => toBytes(formatDuration(duration.ns)) },
  ...unsupported('Abs Round Truncate'),
}

function inUnits(unit: bigint): Method<Duration> {
  const call = ({ ns }: Duration): Value => Number(ns / unit) + Number(ns % unit) / Number(unit)
  return { params: [], result: floatType, call }
}

function whole(unit: bigint): Method<Duration> {
  return { params: [], result: int64Type, call: ({ ns }) => int64(ns / unit) }
}

/** Go counts multiples from the zero time, not from the epoch. */
function truncated({ ns }: Time, to: bigint): bigint {
  if (to <= 0n) return ns
  const past = (ns - zeroTime) % to
  return ns - (past < 0n ? past + to : past)
}

function rounded(time: Time, to: bigint): bigint {
  if (to <= 0n) return time.ns
  const down = truncated(time, to)
  return (time.ns - down) * 2n < to ? down : down + to
}

function unsupported(names: string): Readonly<Record<string, 'unsupported'>> {
  return Object.fromEntries(names.split(' ').map((name): [string, 'unsupported'] => [name, 'unsupported']))
}
