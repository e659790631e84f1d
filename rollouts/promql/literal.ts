import { parsePromDuration } from './duration.ts'

/** The text that a string literal stands for; undefined when it is not closed or an escape is none of Go's. */
export function unquote(literal: string): string | undefined {
  const quote = literal.charAt(0)
  if (literal.length < 2 || !literal.endsWith(quote)) return undefined
  const body = literal.slice(1, -1)
  if (quote === '`') return body
  let text = ''
  for (let at = 0; at < body.length; ) {
    if (body[at] === quote) return undefined
    if (body[at] !== '\\') {
      text += body[at++]
      continue
    }
    const [found = ''] =
      /^\\(?:[abfnrtv\\'"]|x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(body.slice(at, at + 10)) ??
      []
    const meant = meaning(found)
    if (meant === undefined) return undefined
    text += meant
    at += found.length
  }
  return text
}

function meaning(source: string): string | undefined {
  const letter = source.charAt(1)
  if (source.length === 2) return plain.get(letter) ?? letter
  const code = Number.parseInt(source.slice(letter < '8' ? 1 : 2), letter < '8' ? 8 : 16)
  return Number.isNaN(code) || code > 0x10ffff ? undefined : String.fromCodePoint(code)
}

const plain = new Map(Object.entries({ a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }))

/** The value of a number literal, which may be a duration in seconds: `1_000`, `0x1f`, `-Inf`, `1h30m`. */
export function numberOf(literal: string): number {
  const text = literal.replace(/[\s_]+/g, '')
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[+-]/, '').toLowerCase()
  if (digits === 'inf') return sign * Infinity
  if (/^0x/.test(digits)) return sign * Number(digits)
  const number = /^[\d.]/.test(digits) ? Number(digits) : Number.NaN
  if (!Number.isNaN(number)) return sign * number
  const ms = parsePromDuration(digits)
  return ms === undefined ? Number.NaN : (sign * ms) / 1000
}
