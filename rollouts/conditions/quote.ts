import { splitCharacters } from './text-case.ts'
import { toBytes, toText } from './value.ts'

/**
 * Writes a text as Go's strconv.Quote does: double quotes, escapes for control characters and for what Go does not
 * count as printable. The texts of Go's errors quote tokens and numbers so.
 */
export function quote(text: string): string {
  return `"${[...text].map(escapeCharacter).join('')}"`
}

/** The same for a Go string, whose bytes that are no UTF-8 are written as such. */
export function quoteBytes(bytes: string): string {
  const body = splitCharacters(bytes).map(character => {
    const text = toText(character)
    return toBytes(text) === character ? escapeCharacter(text) : `\\x${hex(character.charCodeAt(0), 2)}`
  })
  return `"${body.join('')}"`
}

/** Writes a character as Go's `%#U` does: its code point, and the character itself when it is printable. */
export function describeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return isPrintable(character) ? `U+${code} '${character}'` : `U+${code}`
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

function escapeCharacter(character: string): string {
  const known = short[character]
  if (known !== undefined) return known
  if (isPrintable(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
