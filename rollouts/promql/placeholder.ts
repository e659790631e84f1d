/** A part of a template: text as it stands, an argument with its value, or one that is only known when it runs. */
export type Piece = {
  kind: 'text' | 'value' | 'open'
  /** What takes its place; empty for an open one. */
  text: string
  /** Where it stands in the template. */
  start: number
  end: number
}

/**
 * Splits a text at its `{{args.x}}`, as the controller does (`utils/template/template.go`, with fasttemplate): a tag ends
 * at the next `}}`, whatever is in it. One without an end leaves everything after it open.
 */
export function piecesOf(template: string, values: ReadonlyMap<string, string>): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{{', at)
    const end = open < 0 ? template.length : open
    if (end > at) pieces.push({ kind: 'text', text: template.slice(at, end), start: at, end })
    if (open < 0) break
    const close = template.indexOf('}}', open + 2)
    at = close < 0 ? template.length : close + 2
    const tag = close < 0 ? '' : template.slice(open + 2, close).trim()
    const value = tag.startsWith('args.') ? values.get(tag.slice('args.'.length)) : undefined
    pieces.push({ kind: value === undefined ? 'open' : 'value', text: value ?? '', start: open, end: at })
  }
  return pieces
}

/** Where a tag stands in the query around it, as far as the text before it tells. */
export type Context = 'string' | 'comment' | 'duration' | 'matchers' | 'limit' | 'expression'

/** Reads a text piece by piece and tells where its end is. */
export class ContextReader {
  #quote = ''
  #escaped = false
  readonly #brackets: string[] = []
  #tail = ''

  read(text: string): void {
    for (const character of text) this.#take(character)
    this.#tail = (this.#tail + text).slice(-20)
  }

  context(): Context {
    if (this.#quote === '#') return 'comment'
    if (this.#quote !== '') return 'string'
    const bracket = this.#brackets.at(-1)
    if (bracket === '[' || /(?:\boffset|@)\s*[+-]?\s*$/i.test(this.#tail)) return 'duration'
    if (bracket === '{') return 'matchers'
    return /(?:[<>]|[=!<>]=)\s*(?:bool\s*)?$/i.test(this.#tail) ? 'limit' : 'expression'
  }

  #take(character: string): void {
    if (this.#quote !== '') {
      const closes = this.#quote === '#' ? character === '\n' : character === this.#quote && !this.#escaped
      this.#escaped = !this.#escaped && character === '\\' && this.#quote !== '`'
      if (closes) this.#quote = ''
      return
    }
    if (/["'`#]/.test(character)) this.#quote = character
    else if (/[([{]/.test(character)) this.#brackets.push(character)
    else if (/[)\]}]/.test(character)) this.#brackets.pop()
  }
}

const expressions = ['x', '', 'sum ', ' + ', '[1]', '{}', '"x"', ' by (x) ', ' offset 1 ', '1', '(x)']

/** What an open tag is tried as, the likeliest first: on the right of a comparison, a number. */
export const guesses: Readonly<Record<Context, readonly string[]>> = {
  string: ['x'],
  comment: ['x'],
  duration: ['1'],
  matchers: ['"x"', 'x', '', 'x="x"', ',x="x"', '='],
  limit: ['1', ...expressions],
  expression: expressions,
}

/** Contexts in which an argument's value can hardly change how the rest is read. */
export function isSafe(context: Context): boolean {
  return context === 'string' || context === 'comment' || context === 'duration'
}
