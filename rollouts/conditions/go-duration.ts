import { ConditionError } from './condition-error.ts'
import { quote } from './quote.ts'
import { toText } from './value.ts'

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** Go's time.ParseDuration, to the nanosecond and with its errors. Takes a Go string. */
export function parseGoDuration(bytes: string): bigint {
  const text = toText(bytes)
  const fail = (why = 'invalid duration'): never => {
    throw new ConditionError(`time: ${why} ${quote(text)}`)
  }
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  let rest = text.slice(sign.length)
  if (rest === '0') return 0n
  if (rest === '') return fail()
  let total = 0n
  while (rest !== '') {
    const number = /^([0-9]*)(\.([0-9]*))?/.exec(rest)
    const [taken = '', whole = '', , fraction = ''] = number ?? []
    if (whole + fraction === '') return fail()
    rest = rest.slice(taken.length)
    const name = /^[^.0-9]*/.exec(rest)?.[0] ?? ''
    if (name === '') return fail('missing unit in duration')
    const unit = units[name]
    if (unit === undefined) return fail(`unknown unit ${quote(name)} in duration`)
    rest = rest.slice(name.length)
    // Go computes the fraction in floating point and cuts it to nanoseconds.
    const part =
      fraction === '' ? 0n : BigInt(Math.trunc(Number(BigInt(fraction)) * (Number(unit) / 10 ** fraction.length)))
    total += BigInt(whole === '' ? '0' : whole) * unit + part
    if (total > 2n ** 63n) return fail()
  }
  if (sign === '-') return -total
  return total === 2n ** 63n ? fail() : total
}
