import { TemplateError, UnknownTemplateError } from './error.ts'
import { lex, type Piece, type Token } from './lex.ts'

export type Operand =
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'dot' }
  | { kind: 'variable'; name: string }
  | { kind: 'function'; name: string }
  | { kind: 'pipeline'; pipeline: Pipeline }
/** An operand and the fields that are read from it. */
export type Argument = { operand: Operand; fields: readonly string[] }
/** `$name := …` declares, `$name = …` assigns; each command gives its value to the next. */
export type Pipeline = { variable?: { name: string; declares: boolean }; commands: readonly (readonly Argument[])[] }
export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'action'; pipeline: Pipeline }
  | { kind: 'if'; branches: readonly { condition?: Pipeline; body: readonly Node[] }[] }

/** Parses a template of Go's text/template. Throws a TemplateError; range, with, define and others are not known here. */
export function parse(source: string): Node[] {
  const pieces = lex(source)
  let at = 0

  /** Nodes up to an action that begins with one of these words, which is left for the caller. */
  function nodes(ends: readonly string[]): Node[] {
    const found: Node[] = []
    for (; at < pieces.length; at++) {
      const piece = pieces[at]
      if (!piece) break
      if (piece.kind === 'text') {
        found.push(piece)
        continue
      }
      const word = keyword(piece)
      if (word !== undefined && ends.includes(word)) return found
      if (word === 'if') found.push(conditional(piece.tokens.slice(1)))
      else if (word === 'end' || word === 'else') throw new TemplateError(`unexpected {{${word}}}`)
      else if (word !== undefined) throw new UnknownTemplateError(`{{${word}}} is not known`)
      else found.push({ kind: 'action', pipeline: wholePipeline(piece.tokens) })
    }
    if (ends.length > 0) throw new TemplateError('unexpected end: {{end}} is missing')
    return found
  }

  function conditional(condition: readonly Token[]): Node {
    const branches: { condition?: Pipeline; body: Node[] }[] = []
    let asked: readonly Token[] | undefined = condition
    for (;;) {
      at++
      branches.push({ ...(asked && { condition: wholePipeline(asked) }), body: nodes(['else', 'end']) })
      const piece = pieces[at]
      if (piece?.kind !== 'action' || keyword(piece) === 'end') return { kind: 'if', branches }
      const [, next, ...more] = piece.tokens
      if (!asked) throw new TemplateError('two {{else}}')
      asked = next?.kind === 'word' && next.text === 'if' ? more : undefined
    }
  }

  return nodes([])
}

const keywords = ['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue']

function keyword(piece: Piece): string | undefined {
  const [first] = piece.kind === 'action' ? piece.tokens : []
  return first?.kind === 'word' && keywords.includes(first.text) ? first.text : undefined
}

function wholePipeline(tokens: readonly Token[]): Pipeline {
  const { pipeline, rest } = readPipeline(tokens)
  if (rest.length > 0) throw new TemplateError('an action goes on after its end')
  return pipeline
}

function readPipeline(tokens: readonly Token[]): { pipeline: Pipeline; rest: readonly Token[] } {
  const [first, second] = tokens
  const sets = first?.kind === 'variable' && first.fields.length === 0 && isSign(second, ':=', '=')
  let rest = sets ? tokens.slice(2) : tokens
  const commands: Argument[][] = []
  for (;;) {
    const command: Argument[] = []
    while (rest.length > 0 && !isSign(rest[0], '|') && rest[0]?.kind !== 'close') {
      const read = readArgument(rest)
      command.push(read.argument)
      rest = read.rest
    }
    if (command.length === 0) throw new TemplateError('missing value for command')
    commands.push(command)
    if (!isSign(rest[0], '|')) break
    rest = rest.slice(1)
  }
  const variable = sets ? { name: first.name, declares: isSign(second, ':=') } : undefined
  return { pipeline: { ...(variable && { variable }), commands }, rest }
}

function readArgument([first, ...rest]: readonly Token[]): { argument: Argument; rest: readonly Token[] } {
  const plain = (operand: Operand, fields: readonly string[] = []) => ({ argument: { operand, fields }, rest })
  switch (first?.kind) {
    case 'string':
      return plain({ kind: 'value', value: first.text })
    case 'number':
      return plain({ kind: 'value', value: first.value })
    case 'variable':
      return plain({ kind: 'variable', name: first.name }, first.fields)
    case 'field':
      return plain({ kind: 'dot' }, first.fields)
    case 'word':
      if (first.text === 'true' || first.text === 'false') return plain({ kind: 'value', value: first.text === 'true' })
      return plain(first.text === 'nil' ? { kind: 'value', value: null } : { kind: 'function', name: first.text })
    case 'sign':
      if (first.text === '.') return plain({ kind: 'dot' })
      if (first.text === '(') {
        const { pipeline, rest: after } = readPipeline(rest)
        const [close, ...more] = after
        if (close?.kind !== 'close') throw new TemplateError('unclosed parenthesis')
        return { argument: { operand: { kind: 'pipeline', pipeline }, fields: close.fields }, rest: more }
      }
  }
  throw new UnknownTemplateError('an operand that is not understood')
}

function isSign(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === 'sign' && texts.includes(token.text)
}
