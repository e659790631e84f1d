import { ConditionError } from './condition-error.ts'
import { toBytes } from './value.ts'

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  [toBytes('µs'), 1_000n],
  [toBytes('μs'), 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

/** One more than Go's longest duration, about 292 years. */
const limit = 2n ** 63n

/**
 * Go's `time.ParseDuration` of a Go string, to the nanosecond: units up to hours, signs, fractions, `0`. Throws a
 * ConditionError with Go's message.
 */
export function parseGoDuration(bytes: string): bigint {
  const fail = (why = 'invalid duration'): never => {
    throw new ConditionError(`time: ${why} ${quoted(bytes)}`)
  }
  const negative = bytes.startsWith('-')
  let rest = bytes.replace(/^[+-]/, '')
  if (rest === '0') return 0n
  if (rest === '') return fail()
  let total = 0n
  while (rest !== '') {
    const [taken = '', whole = '', , fraction = ''] = /^([0-9]*)(\.([0-9]*))?/.exec(rest) ?? []
    if (whole + fraction === '' || BigInt(whole) > limit) return fail()
    rest = rest.slice(taken.length)
    const [name = ''] = /^[^.0-9]*/.exec(rest) ?? []
    if (name === '') return fail('missing unit in duration')
    const unit = units.get(name)
    if (unit === undefined) return fail(`unknown unit ${quoted(name)} in duration`)
    rest = rest.slice(name.length)
    total += BigInt(whole) * unit + fractionOf(fraction, unit)
    if (total > limit) return fail()
  }
  if (negative) return -total
  return total === limit ? fail() : total
}

/** The same of a text. Nanoseconds; a ConditionError has Go's message. */
export function parseDuration(text: string): bigint {
  return parseGoDuration(toBytes(text))
}

/** Go takes the digits that fit into 63 bits, computes in floating point, and cuts the result to nanoseconds. */
function fractionOf(digits: string, unit: bigint): bigint {
  let [value, scale] = [0n, 1]
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit)
    if (value > (limit - 1n) / 10n || next > limit) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}

/** Package time's own quoting, of a Go string: what is beyond ASCII, and control characters, by their bytes. */
function quoted(bytes: string): string {
  const body = Array.from(bytes, byte => {
    if (byte === '"' || byte === '\\') return `\\${byte}`
    return byte >= ' ' && byte <= '\x7f' ? byte : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `"${body.join('')}"`
}
