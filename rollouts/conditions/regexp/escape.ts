import { RegexpSyntaxError } from './error.ts'

const single: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The character that an escape at the start of `text` stands for, and the length of the escape. */
export function readEscape(text: string): { character: string; length: number } {
  const [letter] = text.slice(1)
  if (letter === undefined) throw new RegexpSyntaxError('trailing backslash at end of expression', '')
  const known = single[letter]
  if (known !== undefined) return { character: known, length: 2 }
  const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text)?.[0]
  if (octal) return { character: String.fromCodePoint(Number.parseInt(octal.slice(1), 8)), length: octal.length }
  const hexadecimal = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(text)
  if (hexadecimal) {
    const code = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16)
    if (code <= 0x10ffff) return { character: String.fromCodePoint(code), length: hexadecimal[0].length }
  }
  if (/^[!-/:-@[-`{-~]$/.test(letter)) return { character: letter, length: 2 }
  const shown = /^\\x(?:\{[0-9a-fA-F]*.?|[0-9a-fA-F]?.?)/u.exec(text)?.[0] ?? `\\${letter}`
  throw new RegexpSyntaxError('invalid escape sequence', shown)
}
