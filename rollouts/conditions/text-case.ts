import { toBytes, toText } from './value.ts'

/** Go's strings.ToUpper: character by character, where JavaScript would write `SS` for `ß`. */
export function toUpper(bytes: string): string {
  return toBytes([...toText(bytes)].map(upper).join(''))
}

/** Go's strings.ToLower, character by character. */
export function toLower(bytes: string): string {
  return toBytes([...toText(bytes)].map(lower).join(''))
}

/** Go's strings.TrimSpace. */
export function trimSpace(bytes: string): string {
  const characters = [...toText(bytes)]
  const first = characters.findIndex(character => !isSpace(character))
  const last = characters.findLastIndex(character => !isSpace(character))
  return first < 0 ? '' : toBytes(characters.slice(first, last + 1).join(''))
}

/** The bytes of each character; a byte that belongs to none stands alone. */
export function splitCharacters(bytes: string): string[] {
  return bytes.match(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|./gs) ?? []
}

function isSpace(character: string): boolean {
  return /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(character)
}

function upper(character: string): string {
  const mapped = character.toUpperCase()
  if ([...mapped].length === 1) return mapped
  // Greek letters with an iota have a single capital, which JavaScript spells out.
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8)
  const capital: Readonly<Record<string, string>> = { ᾳ: 'ᾼ', ῃ: 'ῌ', ῳ: 'ῼ' }
  return capital[character] ?? character
}

function lower(character: string): string {
  return character === 'İ' ? 'i' : character.toLowerCase()
}
