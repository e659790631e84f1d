import { describeCharacter, quote } from './quote.ts'
import { UnquoteError, unquote } from './unquote.ts'

/** The kinds of token, spelled as error messages show them. */
export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Operator' | 'Bracket' | 'EOF'
export type Token = { kind: TokenKind; value: string }

/** A fault in the characters of an expression, in expr-lang's words. */
export class LexicalError extends Error {
  override readonly name = 'LexicalError'
}

/** Writes a token as error messages do: `Operator("==")`, or the kind alone when it has no text. */
export function describeToken({ kind, value }: Token): string {
  return value === '' ? kind : `${kind}(${quote(value)})`
}

/** Go's notion of an identifier: a letter, `_` or `$`, then those and digits. */
export function isIdentifier(text: string): boolean {
  return /^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(text)
}

const wordOperators = new Set('in or and matches contains startsWith endsWith let if else'.split(' '))
const negatable = new Set('in matches contains startsWith endsWith'.split(' '))
const isSpace = (character: string): boolean =>
  /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(character)
const isWordCharacter = (character: string): boolean => /^[\p{L}\p{Nd}_$]$/u.test(character)

/**
 * Cuts an expression into tokens one at a time, as expr-lang's lexer does (`parser/lexer`): a fault late in the text is
 * seen only when the parser gets there, and decides which error a broken expression has.
 */
export class Lexer {
  readonly #characters: readonly string[]
  #start = 0
  #end = 0
  #queue: Token[] = []
  #fault: LexicalError | undefined
  #done = false

  constructor(source: string) {
    this.#characters = [...source.toWellFormed()]
  }

  /** Gives the next token, and undefined after EOF. Throws a LexicalError, the same one ever after. */
  next(): Token | undefined {
    while (!this.#done && !this.#fault && this.#queue.length === 0) this.#step()
    if (this.#fault) throw this.#fault
    return this.#queue.shift()
  }

  #step(): void {
    const character = this.#take()
    if (character === '') {
      this.#emit('EOF', '')
      this.#done = true
    } else if (isSpace(character)) this.#skip()
    else if (character === "'" || character === '"') this.#string(character)
    else if (character === '`') this.#rawString()
    else if (/^[0-9]$/.test(character)) this.#number()
    else if (character === '?') this.#operator('.?')
    else if (character === '/') this.#slash()
    else if (character === '#') this.#pointer()
    else if (character === '|') this.#operator('|')
    else if (character === ':') this.#operator(':')
    else if ('([{)]}'.includes(character)) this.#emit('Bracket')
    else if (',;%+-^'.includes(character)) this.#emit('Operator')
    else if ('&!=*<>'.includes(character)) this.#operator('&=*')
    else if (character === '.') this.#dot()
    else if (isWordCharacter(character)) this.#word()
    else this.#fail(`unrecognized character: ${describeCharacter(character)}`)
  }

  #operator(optional: string): void {
    this.#accept(optional)
    this.#emit('Operator')
  }

  #string(quoteMark: string): void {
    this.#scanString(quoteMark)
    if (this.#fault) return
    try {
      this.#emit('String', unquote(this.#text()))
    } catch (error) {
      if (!(error instanceof UnquoteError)) throw error
      this.#fail(error.message)
    }
  }

  #scanString(quoteMark: string): void {
    let character = this.#take()
    while (character !== quoteMark) {
      if (character === '\n' || character === '') {
        this.#fail('literal not terminated')
        return
      }
      character = character === '\\' ? this.#scanEscape(quoteMark) : this.#take()
    }
  }

  /** Walks over an escape sequence and gives the character after it. */
  #scanEscape(quoteMark: string): string {
    const character = this.#take()
    if (character !== '' && ('abfnrtv\\'.includes(character) || character === quoteMark)) return this.#take()
    if (/^[0-7]$/.test(character)) return this.#scanDigits(character, /^[0-7]$/, 3)
    if (character === 'u' && this.#peek() === '{') return this.#scanBraces()
    const length = { x: 2, u: 4, U: 8 }[character]
    if (length !== undefined) return this.#scanDigits(this.#take(), /^[0-9a-fA-F]$/, length)
    this.#fail('invalid char escape')
    return character
  }

  #scanDigits(first: string, digit: RegExp, count: number): string {
    let character = first
    let left = count
    for (; left > 0 && digit.test(character); left--) character = this.#take()
    if (left > 0) this.#fail('invalid char escape')
    return character
  }

  #scanBraces(): string {
    this.#take()
    let count = 0
    for (; /^[0-9a-fA-F]$/.test(this.#peek()) && count < 6; count++) this.#take()
    if (this.#peek() !== '}' || count === 0) {
      this.#fail('invalid char escape')
      return ''
    }
    this.#take()
    return this.#take()
  }

  #rawString(): void {
    for (;;) {
      const character = this.#take()
      if (character === '') {
        this.#fail('literal not terminated')
        return
      }
      if (character !== '`') continue
      if (this.#peek() !== '`') break
      this.#take()
    }
    this.#emit('String', this.#text().slice(1, -1).replaceAll('``', '`'))
  }

  /** The first digit is taken already, or the first after a dot; it is read again as part of the number. */
  #number(): void {
    this.#end -= 1
    if (this.#scanNumber()) this.#emit('Number')
    else this.#fail(`bad number syntax: ${quote(this.#text())}`)
  }

  #scanNumber(): boolean {
    let digits = '0123456789_'
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_'
      else if (this.#accept('oO')) digits = '01234567_'
      else if (this.#accept('bB')) digits = '01_'
    }
    this.#acceptRun(digits)
    const end = this.#end
    if (this.#accept('.')) {
      if (this.#peek() === '.') {
        this.#end = end
        return true
      }
      this.#acceptRun(digits)
    }
    if (this.#accept('eE')) {
      this.#accept('+-')
      this.#acceptRun(digits)
    }
    if (!isWordCharacter(this.#peek())) return true
    this.#take()
    return false
  }

  #dot(): void {
    if (this.#accept('0123456789')) {
      this.#number()
      return
    }
    this.#operator('.')
  }

  #word(): void {
    this.#takeWord()
    const word = this.#text()
    if (word === 'not') this.#not()
    else this.#emit(wordOperators.has(word) ? 'Operator' : 'Identifier')
  }

  /** `not in` and the like are two operators; a word after `not` that is none of these is read again. */
  #not(): void {
    this.#emit('Operator')
    this.#acceptRun(' ')
    this.#skip()
    const end = this.#end
    this.#takeWord()
    if (negatable.has(this.#text())) this.#emit('Operator')
    else this.#end = end
  }

  #slash(): void {
    if (this.#accept('/')) {
      while (!['', '\n'].includes(this.#take()));
      this.#skip()
    } else if (this.#accept('*')) {
      for (;;) {
        const character = this.#take()
        if (character === '') {
          this.#fail('unclosed comment')
          return
        }
        if (character === '*' && this.#accept('/')) break
      }
      this.#skip()
    } else this.#emit('Operator')
  }

  #pointer(): void {
    this.#operator('#')
    this.#takeWord()
    if (this.#text() !== '') this.#emit('Identifier')
  }

  #takeWord(): void {
    while (isWordCharacter(this.#peek())) this.#end++
  }

  #take(): string {
    const character = this.#peek()
    if (character !== '') this.#end++
    return character
  }

  #peek(): string {
    return this.#characters[this.#end] ?? ''
  }

  #accept(valid: string): boolean {
    const character = this.#peek()
    if (character === '' || !valid.includes(character)) return false
    this.#end++
    return true
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  #text(): string {
    return this.#characters.slice(this.#start, this.#end).join('')
  }

  #skip(): void {
    this.#start = this.#end
  }

  #emit(kind: TokenKind, value = this.#text()): void {
    this.#queue.push({ kind, value })
    this.#skip()
  }

  #fail(message: string): void {
    this.#fault ??= new LexicalError(message)
  }
}
