const units = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

/** Go's longest duration, about 292 years. */
const longest = 2n ** 63n

/** A text that Go's `time.ParseDuration` refuses; the message is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError'
}

/**
 * Parses a duration exactly as Go's `time.ParseDuration` (units up to hours, signs, fractions, `0`) and gives
 * milliseconds. The controller passes Go's words on to the user, so a DurationError has them.
 */
export function parseGoDuration(text: string): number {
  const invalid = () => new DurationError(`time: invalid duration ${quoted(text)}`)
  const negative = text.startsWith('-')
  let rest = text.replace(/^[+-]/, '')
  if (rest === '0') return 0
  if (rest === '') throw invalid()
  let total = 0n
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? []
    if (whole === '' && fraction === '') throw invalid()
    rest = rest.slice(number.length)
    const [unit = ''] = /^[^.0-9]*/.exec(rest) ?? []
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quoted(text)}`)
    rest = rest.slice(unit.length)
    const nanoseconds = units.get(unit)
    if (nanoseconds === undefined) {
      throw new DurationError(`time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`)
    }
    const part = fraction === '' ? 0n : BigInt(Math.trunc(Number(`0.${fraction}`) * Number(nanoseconds)))
    total += BigInt(whole || '0') * nanoseconds + part
    if (total > longest) throw invalid()
  }
  if (!negative && total >= longest) throw invalid()
  return Number(negative ? -total : total) / 1e6
}

/** Go's own quoting in package time: everything beyond printable ASCII by its bytes. */
function quoted(text: string): string {
  const body = Array.from(text, character => {
    if (character === '"' || character === '\\') return `\\${character}`
    if (character >= ' ' && character <= '~') return character
    return Array.from(Buffer.from(character), byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  })
  return `"${body.join('')}"`
}
