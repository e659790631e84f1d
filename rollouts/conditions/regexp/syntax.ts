import { UnsupportedConditionError } from '../unsupported.ts'
import { classEscape, readClass, type Test } from './class.ts'
import { RegexpSyntaxError } from './error.ts'
import { readEscape } from './escape.ts'

/** Where a pattern may hold without taking a character. */
export type Place = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary'

/** A pattern taken apart. Greed does not matter: only whether there is a match is asked. */
export type Pattern =
  | { kind: 'empty' }
  | { kind: 'character'; test: Test }
  | { kind: 'place'; place: Place }
  | { kind: 'sequence'; parts: readonly Pattern[] }
  | { kind: 'choice'; parts: readonly Pattern[] }
  | { kind: 'repeat'; part: Pattern; least: number; most: number }

type Flags = { ignoreCase: boolean; multiline: boolean; dotAll: boolean }

/** What Go refuses to count up to. */
const mostRepeats = 1000
const deepest = 200

/** Parses a pattern by the rules of Go's regexp/syntax with Perl's additions. */
export function parsePattern(source: string): Pattern {
  const reader = new Reader(source)
  const pattern = reader.choice({ ignoreCase: false, multiline: false, dotAll: false }, 0)
  if (reader.rest !== '') throw new RegexpSyntaxError('unexpected )', source)
  return pattern
}

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get rest(): string {
    return this.#source.slice(this.#at)
  }

  choice(given: Flags, depth: number): Pattern {
    if (depth > deepest) throw new UnsupportedConditionError('a regular expression nested deeply')
    const flags = { ...given }
    const parts: Pattern[] = [this.#sequence(flags, depth)]
    while (this.rest.startsWith('|')) {
      this.#at++
      parts.push(this.#sequence(flags, depth))
    }
    const [only] = parts
    return parts.length === 1 && only ? only : { kind: 'choice', parts }
  }

  #sequence(flags: Flags, depth: number): Pattern {
    const parts: Pattern[] = []
    let last = ''
    while (this.rest !== '' && !/^[|)]/.test(this.rest)) {
      const repeat = this.#repeat(parts, last)
      if (repeat !== undefined) {
        last = repeat
        continue
      }
      last = ''
      const part = this.#atom(flags, depth)
      if (part) parts.push(part)
    }
    return { kind: 'sequence', parts }
  }

  /** Takes a repetition operator and gives its text; `last` is the one just before, which Perl does not allow. */
  #repeat(parts: Pattern[], last: string): string | undefined {
    const match = /^(?:[*+?]|\{([0-9]+)(,([0-9]*))?\})\??/.exec(this.rest)
    if (!match) return undefined
    const [text, low, comma, high] = match
    const operator = text.slice(0, 1)
    const bare = text.length > 1 && text.endsWith('?') ? text.slice(0, -1) : text
    const least = low === undefined ? (operator === '+' ? 1 : 0) : Number(low)
    const unlimited = operator === '*' || operator === '+' || (comma !== undefined && high === '')
    const most = unlimited ? Infinity : low === undefined ? 1 : Number(high ?? low)
    if (
      low !== undefined &&
      ((low.length > 1 && low.startsWith('0')) || ((high ?? '').length > 1 && (high ?? '').startsWith('0')))
    ) {
      return undefined
    }
    if (low !== undefined && (least > mostRepeats || (most !== Infinity && (most > mostRepeats || least > most)))) {
      throw new RegexpSyntaxError('invalid repeat count', bare)
    }
    if (last !== '') throw new RegexpSyntaxError('invalid nested repetition operator', last + text)
    const part = parts.pop()
    if (!part) throw new RegexpSyntaxError('missing argument to repetition operator', low === undefined ? text : bare)
    const repeated: Pattern = { kind: 'repeat', part, least, most }
    if (low !== undefined && (least >= 2 || most >= 2) && !multipliesUpTo(repeated, mostRepeats)) {
      throw new RegexpSyntaxError('invalid repeat count', bare)
    }
    this.#at += text.length
    parts.push(repeated)
    return text
  }

  #atom(flags: Flags, depth: number): Pattern | undefined {
    const [character = ''] = this.rest
    switch (character) {
      case '(':
        return this.#group(flags, depth)
      case '[': {
        const { test, length } = readClass(this.rest, flags.ignoreCase)
        this.#at += length
        return { kind: 'character', test }
      }
      case '.':
        this.#at++
        return { kind: 'character', test: flags.dotAll ? () => true : each => each !== '\n' }
      case '^':
        this.#at++
        return { kind: 'place', place: flags.multiline ? 'lineStart' : 'textStart' }
      case '$':
        this.#at++
        return { kind: 'place', place: flags.multiline ? 'lineEnd' : 'textEnd' }
      case '\\':
        return this.#escape(flags)
      default:
        this.#at += character.length
        return literal(character, flags)
    }
  }

  #escape(flags: Flags): Pattern {
    const places: Readonly<Record<string, Place>> = {
      A: 'textStart',
      z: 'textEnd',
      b: 'wordBoundary',
      B: 'noWordBoundary',
    }
    const place = places[this.rest.slice(1, 2)]
    if (place) {
      this.#at += 2
      return { kind: 'place', place }
    }
    if (this.rest.startsWith('\\Q')) return this.#quoted(flags)
    const found = classEscape(this.rest, flags.ignoreCase)
    if (found) {
      this.#at += found.length
      return { kind: 'character', test: found.test }
    }
    const { character, length } = readEscape(this.rest)
    this.#at += length
    return literal(character, flags)
  }

  /** `\Q…\E`: characters that stand for themselves. */
  #quoted(flags: Flags): Pattern {
    const body = this.rest.slice(2)
    const end = body.indexOf('\\E')
    const text = end < 0 ? body : body.slice(0, end)
    this.#at += 2 + text.length + (end < 0 ? 0 : 2)
    if (/^(?:[*+?]|\{)/.test(this.rest) && text !== '') {
      throw new UnsupportedConditionError('a repetition after \\Q…\\E in a regular expression')
    }
    return { kind: 'sequence', parts: [...text].map(character => literal(character, flags)) }
  }

  /** A group; flags without a body change those of the rest of the group around. */
  #group(flags: Flags, depth: number): Pattern | undefined {
    const start = this.rest
    const named = /^\(\?P?<([^>]*)>/.exec(start)
    const flagged = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(start)
    const inner = { ...flags }
    if (/^\(\?P?</.test(start)) {
      this.#name(named, start)
    } else if (flagged) {
      const [text, on = '', off = '', end] = flagged
      if (end === ')' && on === '' && off === '')
        throw new RegexpSyntaxError('missing argument to repetition operator', '?')
      Object.assign(end === ')' ? flags : inner, withFlags(flags, on, off))
      this.#at += text.length
      if (end === ')') return undefined
    } else if (start.startsWith('(?')) {
      throw new RegexpSyntaxError(
        'invalid or unsupported Perl syntax',
        /^\(\?(?:[imsU-]*.?|)/u.exec(start)?.[0] ?? start,
      )
    } else this.#at++
    const body = this.choice(inner, depth + 1)
    if (!this.rest.startsWith(')')) throw new RegexpSyntaxError('missing closing )', this.#source)
    this.#at++
    return body
  }

  #name(named: RegExpExecArray | null, start: string): void {
    if (!named) throw new RegexpSyntaxError('invalid named capture', start)
    const [text, name = ''] = named
    if (!/^[0-9A-Za-z_]+$/.test(name)) throw new RegexpSyntaxError('invalid named capture', text)
    this.#at += text.length
  }
}

/** Whether counted repetitions inside one another come to no more than `limit` together. */
function multipliesUpTo(pattern: Pattern, limit: number): boolean {
  if (pattern.kind === 'sequence' || pattern.kind === 'choice') {
    return pattern.parts.every(part => multipliesUpTo(part, limit))
  }
  if (pattern.kind !== 'repeat') return true
  const counted = pattern.most === Infinity ? pattern.least : pattern.most
  if (pattern.most === 0) return true
  if (counted > limit) return false
  return multipliesUpTo(pattern.part, counted > 0 ? Math.floor(limit / counted) : limit)
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const set = (letter: string, before: boolean): boolean => (before || on.includes(letter)) && !off.includes(letter)
  return {
    ignoreCase: set('i', flags.ignoreCase),
    multiline: set('m', flags.multiline),
    dotAll: set('s', flags.dotAll),
  }
}

function literal(character: string, { ignoreCase }: Flags): Pattern {
  if (!ignoreCase) return { kind: 'character', test: each => each === character }
  const folded = character.toUpperCase().toLowerCase()
  return { kind: 'character', test: each => each === character || each.toUpperCase().toLowerCase() === folded }
}
