import { ConditionError } from './condition-error.ts'
import type { Fuel } from './fuel.ts'
import { objectType } from './go-type.ts'
import { mapKey } from './map-key.ts'
import { quote } from './quote.ts'
import { UnsupportedConditionError } from './unsupported.ts'
import { GoMap, list, toBytes, toText, type Value } from './value.ts'

const deepest = 400

/** Reads a Go string as json.Unmarshal does into an empty interface. Throws a ConditionError with its message. */
export function readJson(bytes: string, fuel: Fuel): Value {
  fuel.text(bytes.length)
  const reader = new Reader(bytes, fuel)
  const value = reader.value(0)
  reader.blanks()
  if (!reader.done) reader.wrong('after top-level value')
  if (reader.tooLarge !== undefined) {
    throw new ConditionError(`json: cannot unmarshal number ${reader.tooLarge} into Go value of type float64`)
  }
  return value
}

class Reader {
  /** The first number that no float64 holds; Go reports it only when all else is right. */
  tooLarge: string | undefined
  readonly #bytes: string
  readonly #fuel: Fuel
  #at = 0

  constructor(bytes: string, fuel: Fuel) {
    this.#bytes = bytes
    this.#fuel = fuel
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  blanks(): void {
    while (!this.done && ' \t\r\n'.includes(this.#peek())) this.#at++
  }

  /** Refuses the next byte, or the end: Go reads a blank there to see whether that would do. */
  wrong(where: string, blankWouldDo = true): never {
    if (this.done && blankWouldDo) throw new ConditionError('unexpected end of JSON input')
    const next = this.#peek() || ' '
    const shown = next === "'" ? "'\\''" : next === '"' ? `'"'` : `'${quote(next).slice(1, -1)}'`
    throw new ConditionError(`invalid character ${shown} ${where}`)
  }

  value(depth: number): Value {
    this.#fuel.spend()
    if (depth > deepest) throw new UnsupportedConditionError('fromJSON() of deeply nested values')
    this.blanks()
    if (this.done) this.wrong('')
    switch (this.#peek()) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #peek(): string {
    return this.#bytes.charAt(this.#at)
  }

  #object(depth: number): Value {
    const map = new GoMap(objectType)
    this.#at++
    this.blanks()
    for (let first = true; first ? this.#peek() !== '}' : true; first = false) {
      if (this.#peek() !== '"') this.wrong('looking for beginning of object key string')
      const key = this.#string()
      this.blanks()
      if (this.#peek() !== ':') this.wrong('after object key')
      this.#at++
      map.entries.set(mapKey(key), { key, value: this.value(depth + 1) })
      this.blanks()
      if (this.#peek() === '}') break
      if (this.#peek() !== ',') this.wrong('after object key:value pair')
      this.#at++
      this.blanks()
    }
    this.#at++
    return map
  }

  #array(depth: number): Value {
    const items: Value[] = []
    this.#at++
    this.blanks()
    while (items.length > 0 || this.#peek() !== ']') {
      items.push(this.value(depth + 1))
      this.blanks()
      if (this.#peek() === ']') break
      if (this.#peek() !== ',') this.wrong('after array element')
      this.#at++
    }
    this.#at++
    return list(items)
  }

  #word(word: string, value: Value): Value {
    for (const [index, letter] of [...word].entries()) {
      if (this.#peek() !== letter) this.wrong(`in literal ${word} (expecting '${word.charAt(index)}')`, false)
      this.#at++
    }
    return value
  }

  #number(): Value {
    const start = this.#at
    const negative = this.#peek() === '-'
    if (negative) this.#at++
    if (this.#peek() === '0') this.#at++
    else if (this.#digits() === 0) this.wrong(negative ? 'in numeric literal' : 'looking for beginning of value', false)
    if (this.#peek() === '.') {
      this.#at++
      if (this.#digits() === 0) this.wrong('after decimal point in numeric literal', false)
    }
    if (this.#peek() === 'e' || this.#peek() === 'E') {
      this.#at++
      if (this.#peek() === '+' || this.#peek() === '-') this.#at++
      if (this.#digits() === 0) this.wrong('in exponent of numeric literal', false)
    }
    const text = this.#bytes.slice(start, this.#at)
    const value = Number(text)
    if (!Number.isFinite(value)) this.tooLarge ??= text
    return value
  }

  #digits(): number {
    const start = this.#at
    while (this.#peek() >= '0' && this.#peek() <= '9') this.#at++
    return this.#at - start
  }

  /** Bytes that are no text become U+FFFD, and so does half a surrogate. */
  #string(): string {
    const start = this.#at
    this.#at++
    while (this.#peek() !== '"' || this.done) {
      if (this.done || this.#peek() < ' ') this.wrong('in string literal')
      if (this.#peek() === '\\') this.#escape()
      else this.#at++
    }
    this.#at++
    const text: unknown = JSON.parse(toText(this.#bytes.slice(start, this.#at)))
    return typeof text === 'string' ? toBytes(text.toWellFormed()) : ''
  }

  #escape(): void {
    this.#at++
    if (this.#peek() === 'u') {
      this.#at++
      for (let digit = 0; digit < 4; digit++) {
        if (!/[0-9a-fA-F]/.test(this.#peek())) this.wrong('in \\u hexadecimal character escape', false)
        this.#at++
      }
    } else if (!this.done && '"\\/bfnrt'.includes(this.#peek())) this.#at++
    else this.wrong('in string escape code', false)
  }
}
