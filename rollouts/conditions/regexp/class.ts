import { UnsupportedConditionError } from '../unsupported.ts'
import { RegexpSyntaxError } from './error.ts'
import { readEscape } from './escape.ts'

/** Whether a character belongs. */
export type Test = (character: string) => boolean

const perl: Readonly<Record<string, RegExp>> = { d: /^[0-9]$/, s: /^[\t\n\f\r ]$/, w: /^[0-9A-Za-z_]$/ }

const posix: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[\t ]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t-\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
}

/** `\d`, `\S`, `\pL` and the like at the start of `text`. */
export function classEscape(text: string, ignoreCase: boolean): { test: Test; length: number } | undefined {
  const letter = text.slice(1, 2)
  const pattern = perl[letter.toLowerCase()]
  if (pattern) {
    const inside = folding(each => pattern.test(each), ignoreCase)
    const negated = letter !== letter.toLowerCase()
    return { test: each => inside(each) !== negated, length: 2 }
  }
  if (letter === 'p' || letter === 'P') throw new UnsupportedConditionError('\\p classes in a regular expression')
  return undefined
}

/** A class in brackets at the start of `text`. */
export function readClass(text: string, ignoreCase: boolean): { test: Test; length: number } {
  const tests: Test[] = []
  let at = text.startsWith('[^') ? 2 : 1
  const negated = at === 2
  for (let first = true; first || !text.startsWith(']', at); first = false) {
    const rest = text.slice(at)
    if (rest === '') throw new RegexpSyntaxError('missing closing ]', text)
    const named = readNamed(rest, ignoreCase) ?? (rest.startsWith('\\') ? classEscape(rest, ignoreCase) : undefined)
    if (named) {
      tests.push(named.test)
      at += named.length
      continue
    }
    const range = readRange(rest, text)
    at += range.length
    tests.push(folding(each => code(each) >= range.low && code(each) <= range.high, ignoreCase))
  }
  const inside: Test = each => tests.some(test => test(each))
  return { test: each => inside(each) !== negated, length: at + 1 }
}

function readNamed(text: string, ignoreCase: boolean): { test: Test; length: number } | undefined {
  const match = /^\[:(\^?)(.*?):\]/su.exec(text)
  if (!match) return undefined
  const [whole, caret = '', name = ''] = match
  const pattern = posix[name]
  if (!pattern) throw new RegexpSyntaxError('invalid character class range', whole)
  const inside = folding(each => pattern.test(each), ignoreCase)
  return { test: each => inside(each) !== (caret === '^'), length: whole.length }
}

function readRange(text: string, whole: string): { low: number; high: number; length: number } {
  const low = readCharacter(text, whole)
  const after = text.slice(low.length)
  if (!after.startsWith('-') || after.length < 2 || after.startsWith('-]')) {
    return { low: code(low.character), high: code(low.character), length: low.length }
  }
  const high = readCharacter(after.slice(1), whole)
  const length = low.length + 1 + high.length
  if (code(high.character) < code(low.character)) {
    throw new RegexpSyntaxError('invalid character class range', text.slice(0, length))
  }
  return { low: code(low.character), high: code(high.character), length }
}

function readCharacter(text: string, whole: string): { character: string; length: number } {
  const [character] = text
  if (character === undefined) throw new RegexpSyntaxError('missing closing ]', whole)
  return character === '\\' ? readEscape(text) : { character, length: character.length }
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0
}

/** Lets a character belong when one that differs in case only does. */
function folding(test: Test, ignoreCase: boolean): Test {
  if (!ignoreCase) return test
  return each =>
    test(each) || test(each.toLowerCase()) || test(each.toUpperCase()) || test(each.toUpperCase().toLowerCase())
}
