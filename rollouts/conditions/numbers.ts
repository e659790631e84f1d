import { quoteBytes } from './quote.ts'

/** A number that Go would refuse; the message is strconv's own. */
export class NumberError extends Error {
  override readonly name = 'NumberError'
}

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/** Wraps to 64 bits with a sign, as Go's int arithmetic does. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

/** Converts as Go does on amd64: towards zero; NaN and what does not fit become the least int. */
export function truncate(value: number): bigint {
  if (!(Math.abs(value) < 2 ** 63)) return least
  return BigInt(Math.trunc(value))
}

const digits: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-fA-F]+$/,
}

/** strconv.ParseInt with 64 bits, of a Go string; the base is 10, or named by the prefix. `as` is the function that the error names. */
export function parseInteger(text: string, base: 'ten' | 'prefixed' = 'ten', as = 'ParseInt'): bigint {
  const fail = (why: string): never => {
    throw new NumberError(`strconv.${as}: parsing ${quoteBytes(text)}: ${why}`)
  }
  const sign = /^[+-]/.test(text) ? text.slice(0, 1) : ''
  let body = text.slice(sign.length)
  let radix = 10
  const prefix = base === 'prefixed' ? /^0([xXoObB])/.exec(body)?.[1]?.toLowerCase() : undefined
  if (prefix !== undefined) {
    radix = prefix === 'x' ? 16 : prefix === 'o' ? 8 : 2
    body = body.slice(2)
  }
  if (!digits[radix]?.test(body)) return fail('invalid syntax')
  const significant = body.replace(/^0+(?=.)/, '')
  if (significant.length > 64) return fail('value out of range')
  const magnitude = BigInt(
    radix === 10 ? significant : `0${radix === 16 ? 'x' : radix === 8 ? 'o' : 'b'}${significant}`,
  )
  const value = sign === '-' ? -magnitude : magnitude
  return value < least || value > greatest ? fail('value out of range') : value
}

/** strconv.ParseFloat with 64 bits, of a Go string: decimal and hexadecimal notation, `inf`, `infinity`, `nan`. */
export function parseFloat64(text: string): number {
  const fail = (why: string): never => {
    throw new NumberError(`strconv.ParseFloat: parsing ${quoteBytes(text)}: ${why}`)
  }
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text)
  if (special) {
    if (special[2] !== undefined) return special[1] === '-' ? -Infinity : Infinity
    return special[1] === '' ? Number.NaN : fail('invalid syntax')
  }
  const hexadecimal = /^([+-]?)0[xX]_?([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9_]+)$/.exec(text)
  if (hexadecimal) return parseHexadecimal(text, hexadecimal, fail)
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return fail('invalid syntax')
  const value = Number(text)
  return Number.isFinite(value) ? value : fail('value out of range')
}

function parseHexadecimal(text: string, parts: RegExpExecArray, fail: (why: string) => never): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  if (/__|_$|_[.pP]|\._|[pP][+-]?_/.test(text) || whole + fraction === '') return fail('invalid syntax')
  const mantissa = (whole + fraction).replaceAll('_', '').replace(/^0+(?=.)/, '')
  if (mantissa.length > 64 || exponent.length > 8) return fail('value out of range')
  const scale = Number(exponent.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length
  const value = scaleExactly(BigInt(`0x${mantissa}`), scale)
  if (!Number.isFinite(value)) return fail('value out of range')
  return sign === '-' ? -value : value
}

/** mantissa × 2^exponent, rounded once to the nearest double, ties to even. */
export function scaleExactly(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0
  const length = mantissa.toString(2).length
  if (length + exponent > 1024) return Infinity
  if (length + exponent < -1080) return 0
  if (exponent >= 0) return Number(mantissa << BigInt(exponent))
  // The last bit a double can hold here is 2^least; everything under it is rounded away.
  const least = Math.max(length + exponent - 53, -1074)
  const drop = BigInt(Math.max(least - exponent, 0))
  const kept = mantissa >> drop
  const rest = mantissa - (kept << drop)
  const half = drop === 0n ? 0n : 1n << (drop - 1n)
  const up = drop > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))
  const shift = exponent + Number(drop)
  const rounded = Number(up ? kept + 1n : kept)
  return shift < -1000 ? rounded * 2 ** -1000 * 2 ** (shift + 1000) : rounded * 2 ** shift
}

/** Writes a float as Go's `%v` does: the shortest digits, with an exponent below 1e-4 and from 1e6. */
export function formatFloat(value: number): string {
  return format(value, -4, 6, 2)
}

/** Writes a float as encoding/json does: with an exponent below 1e-6 and from 1e21. */
export function formatJsonFloat(value: number): string {
  return format(value, -6, 21, 1)
}

function format(value: number, low: number, high: number, exponentDigits: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < low || exponent >= high) {
    // encoding/json keeps two digits in a positive exponent and cleans up only e-09.
    const width = exponent >= 0 ? 2 : exponentDigits
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(width, '0')}`
  }
  const sign = mantissa.startsWith('-') ? '-' : ''
  const figures = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${figures}`
  const whole = figures.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = figures.slice(exponent + 1)
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
