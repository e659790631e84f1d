import { TemplateError, UnknownTemplateError } from './error.ts'

/** A piece of an action: its kind, and its text or decoded value. */
export type Token =
  | { kind: 'string' | 'word' | 'sign'; text: string }
  | { kind: 'number'; value: number }
  /** `.a.b` of the dot, of a variable, or of the parentheses that end here: without blanks between. */
  | { kind: 'field' | 'close'; fields: readonly string[] }
  | { kind: 'variable'; name: string; fields: readonly string[] }
/** A template in pieces: text as it is, and the tokens of each action. */
export type Piece = { kind: 'text'; text: string } | { kind: 'action'; tokens: Token[] }

/** Cuts a template into text and actions, as Go's text/template/parse does, with its trim markers `{{-` and `-}}`. */
export function lex(source: string): Piece[] {
  const pieces: Piece[] = []
  let rest = source
  let trims = false
  for (;;) {
    const open = rest.indexOf('{{')
    const text = open < 0 ? rest : rest.slice(0, open)
    const trimsBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(rest.slice(open))
    const shown = trimEnd(trims ? text.replace(/^[ \t\r\n]+/, '') : text, trimsBefore)
    if (shown !== '') pieces.push({ kind: 'text', text: shown })
    if (open < 0) return pieces
    const inner = rest.slice(open + (trimsBefore ? 3 : 2))
    const close = endOfAction(inner)
    trims = /[ \t\r\n]-$/.test(inner.slice(0, close))
    const action = inner.slice(0, trims ? close - 1 : close)
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(action)) pieces.push({ kind: 'action', tokens: tokens(action) })
    rest = inner.slice(close + 2)
  }
}

function trimEnd(text: string, trims: boolean): string {
  return trims ? text.replace(/[ \t\r\n]+$/, '') : text
}

/** Where `}}` ends an action, past its strings. */
function endOfAction(text: string): number {
  const found = /^(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|(?!\}\})[^"`'])*(?=\}\})/.exec(text)
  if (!found) throw new TemplateError('an action that does not end')
  return found[0].length
}

const forms: readonly [RegExp, (text: string) => Token | undefined][] = [
  [/^\s+/, () => undefined],
  [/^"(?:[^"\\]|\\.)*"/, text => ({ kind: 'string', text: unquote(text) })],
  [/^`[^`]*`/, text => ({ kind: 'string', text: text.slice(1, -1) })],
  [/^\$\w*(?:\.[A-Za-z_]\w*)*/, text => variable(text.slice(1).split('.'))],
  [/^(?:\.[A-Za-z_]\w*)+/, text => ({ kind: 'field', fields: text.slice(1).split('.') })],
  [/^\)(?:\.[A-Za-z_]\w*)*/, text => ({ kind: 'close', fields: text.split('.').slice(1) })],
  [/^[-+]?\d+(?:\.\d+)?(?![\w.])/, text => ({ kind: 'number', value: Number(text) })],
  [/^[A-Za-z_]\w*/, text => ({ kind: 'word', text })],
  [/^(?::=|[=|(.])/, text => ({ kind: 'sign', text })],
]

function variable([name = '', ...fields]: readonly string[]): Token {
  return { kind: 'variable', name, fields }
}

function tokens(action: string): Token[] {
  const found: Token[] = []
  for (let rest = action; rest !== ''; ) {
    const form = forms.find(([pattern]) => pattern.test(rest))
    const text = form?.[0].exec(rest)?.[0]
    if (!form || !text) throw new UnknownTemplateError(`not understood: ${rest.slice(0, 20)}`)
    const token = form[1](text)
    if (token) found.push(token)
    rest = rest.slice(text.length)
  }
  return found
}

/** Go's escapes are JSON's and more; the others are not known here. */
function unquote(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return String(value)
  } catch (cause) {
    throw new UnknownTemplateError(`a string with an escape that is not known: ${text}`, { cause })
  }
}
