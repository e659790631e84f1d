/** What stands where a secret stood. */
const mask = '*****'

/** A shorter part of a secret, such as a line `}` or the base64 of two letters, says nothing, and is everywhere. */
const shortestPart = 8

/** Longer parts are hidden piece by piece, so that no pattern becomes too large; of what is longer still, the beginning. */
const piece = 256
const longest = 16_384

/**
 * Hides secrets in texts, however they are written down: character by character as they are, escaped for a URL, a form,
 * JSON, Go or HTML, several times over and in any mixture; as a whole or line by line; and within anything in base64.
 * The longest goes first, so that one inside another leaves nothing behind.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const parts = [...new Set(secrets.flatMap(partsOf))].sort((a, b) => b.length - a.length)
  const written = parts.flatMap(part => pieces(part).map(spelling))
  const patterns = [...new Set([...written, ...parts.flatMap(inBase64)])].map(source => new RegExp(source, 'giu'))
  return text => patterns.reduce((rest, pattern) => rest.replace(pattern, mask), text)
}

function partsOf(secret: string): string[] {
  const whole = secret.trim()
  if (whole === '') return [] // blanks are everywhere, and tell nothing
  return [whole, ...whole.split(/\s*[\r\n]\s*/).filter(line => line.length >= shortestPart)]
}

/** No piece is so short that it would be found everywhere: the last one takes what is left. */
function pieces(part: string): string[] {
  const characters = Array.from(part.slice(0, longest))
  const count = Math.max(Math.floor(characters.length / piece), 1)
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * piece, index === count - 1 ? undefined : (index + 1) * piece).join(''),
  )
}

/**
 * Patterns for what a text becomes in the base64 of anything that holds it: one of three, by where it begins. The
 * characters at the ends, which its neighbours share, are left out.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text.slice(0, longest))
  return [0, 1, 2].flatMap(before => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const shared = (before + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1
    const own = encoded.slice(Math.ceil((before * 8) / 6), shared)
    if (own.length < shortestPart) return []
    return [own.replace(/[+/]/g, sign => (sign === '+' ? '(?:[+-]|%(?:25)*2b)' : String.raw`(?:\\*[\/_]|%(?:25)*2f)`))]
  })
}

/** A pattern for a text in any writing; a run of backslashes is one, so that matching stays linear. */
function spelling(text: string): string {
  return Array.from(text.replace(/\\+/g, '\\').replace(/\r?\n/g, '\n'), spellingOf).join('')
}

function spellingOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  const units = character.split('').map(unit => String.raw`\\+u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const bytes = [...Buffer.from(character.toWellFormed())].map(byte => `%(?:25)*${byte.toString(16).padStart(2, '0')}`)
  const names = [`#0*${code}`, `#x0*${hex}`, ...(entities.get(character) ?? [])]
  const written = [
    ...[units.join(''), bytes.join(''), `&(?:amp;)*(?:${names.join('|')});`],
    ...(code < 0x100 ? [String.raw`\\+x${hex.padStart(2, '0')}`] : []),
    ...(escapes.get(character) ?? []),
    character === '\\' ? String.raw`\\+` : String.raw`\\*\u{${hex}}`, // last, because % and & also begin others
  ]
  return `(?:${written.join('|')})`
}

const entities = new Map([
  ['&', ['amp']],
  ['<', ['lt']],
  ['>', ['gt']],
  ['"', ['quot']],
  ["'", ['apos']],
])

const escapes = new Map([
  [' ', [String.raw`\+`]],
  ['\n', [String.raw`(?:\r|\\+r|%(?:25)*0d)?(?:\n|\\+n|%(?:25)*0a)`]],
  ['\r', [String.raw`\\+r`]],
  ['\t', [String.raw`\\+t`]],
  ['\v', [String.raw`\\+v`]],
  ['\f', [String.raw`\\+f`]],
  ['\b', [String.raw`\\+b`]],
  ['\u0007', [String.raw`\\+a`]],
])
