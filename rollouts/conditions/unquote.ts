/** A string literal whose escapes the language refuses. */
export class UnquoteError extends Error {
  override readonly name = 'UnquoteError'
}

const single: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
}
const hexadecimal: Readonly<Record<string, number>> = { x: 2, X: 2, u: 4, U: 8 }

/**
 * Takes the quotes off a string literal and resolves its escapes (`parser/lexer/utils.go`). Line ends become `\n`;
 * half a surrogate becomes U+FFFD, as Go's encoder writes it.
 */
export function unquote(literal: string): string {
  const text = literal.replace(/\r\n?/g, '\n')
  let out = ''
  let at = 1
  while (at < text.length - 1) {
    if (text[at] !== '\\') {
      out += text[at]
      at++
      continue
    }
    const [character, length] = escapeSequence(text.slice(at + 1, -1))
    out += character
    at += 1 + length
  }
  return out
}

/** The character that the text after a backslash stands for, and how many characters of it that takes. */
function escapeSequence(text: string): [string, number] {
  const letter = text.slice(0, 1)
  const known = single[letter]
  if (known !== undefined) return [known, 1]
  const braces = /^u\{([0-9a-fA-F]{1,6})\}/.exec(text)
  if (braces) return [fromCode(Number.parseInt(braces[1] ?? '', 16)), braces[0].length]
  const length = hexadecimal[letter]
  if (length !== undefined) {
    const digits = text.slice(1, 1 + length)
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) throw new UnquoteError('unable to unescape string')
    return [fromCode(Number.parseInt(digits, 16)), 1 + length]
  }
  if (!/^[0-3]/.test(letter)) throw new UnquoteError('unable to unescape string')
  const octal = /^[0-3][0-7]{2}/.exec(text)?.[0]
  if (octal === undefined) throw new UnquoteError('unable to unescape octal sequence in string')
  return [fromCode(Number.parseInt(octal, 8)), 3]
}

function fromCode(code: number): string {
  // Go reads eight hexadecimal digits into 32 bits with a sign: a negative one is not too large, only no character.
  const signed = code | 0
  if (signed > 0x10ffff) throw new UnquoteError('unable to unescape string')
  if (signed < 0 || (signed >= 0xd800 && signed <= 0xdfff)) return '\ufffd'
  return String.fromCodePoint(signed)
}
