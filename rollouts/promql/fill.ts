import type { Node, Span } from './ast.ts'
import { PromqlError, type QueryFault } from './fault.ts'
import { parse } from './parse.ts'
import { type Context, ContextReader, guesses, isSafe, type Piece, piecesOf } from './placeholder.ts'

/** What a query with its arguments filled in is: parsed, wrong whatever they will be, or not known before it runs. */
export type Filled =
  | ({ kind: 'parsed'; node: Node } & FilledText)
  | ({ kind: 'wrong'; fault: QueryFault } & FilledText)
  | { kind: 'open' }

export type FilledText = {
  text: string
  /** Whether a part of `text` holds or touches what an argument without a value will make. */
  unknown(span: Span): boolean
  /** Where a character of `text` stands in the template; in an argument's value, where its tag begins. */
  offsetInTemplate(offset: number): number
}

/** So many ways are tried to fill in what is open; fewer in a long query. */
const mostTries = 80
const longQuery = 5_000

/**
 * Parses a query that may hold `{{args.x}}`. `values` are the arguments that are known. Each of the others is tried as
 * what may stand at its place: text in a string, a number in a duration, a name, a matcher, an operator. What no try makes
 * right is wrong only if nothing was guessed before the fault, save in strings and durations. Throws an UnreadableError.
 */
export function fillQuery(template: string, values: ReadonlyMap<string, string>): Filled {
  const pieces = piecesOf(template, values)
  const last = pieces.at(-1)
  if (last?.kind === 'open' && !template.endsWith('}}')) return { kind: 'open' } // a tag without its end
  const choices = pieces.map(() => 0)
  let furthest: { text: FilledText; fault: QueryFault; guessed: boolean } | undefined
  for (let tries = template.length > longQuery ? mostTries - 3 : 0; tries < mostTries; tries++) {
    const filled = fill(pieces, choices)
    const text = describe(filled)
    try {
      return { kind: 'parsed', node: parse(text.text), ...text }
    } catch (error) {
      if (!(error instanceof PromqlError)) throw error
      const before = filled.filter(({ piece, start }) => piece.kind === 'open' && start <= error.fault.end)
      const guessed = before.filter(({ context }) => !isSafe(context))
      if (!furthest || error.fault.start >= furthest.fault.start) {
        furthest = { text, fault: error.fault, guessed: guessed.length > 0 }
      }
      if (!nextGuess(choices, guessed)) break
    }
  }
  if (!furthest || furthest.guessed) return { kind: 'open' }
  return { kind: 'wrong', fault: furthest.fault, ...furthest.text }
}

type FilledPiece = Span & { piece: Piece; index: number; text: string; context: Context }

function fill(pieces: readonly Piece[], choices: readonly number[]): FilledPiece[] {
  const reader = new ContextReader()
  let start = 0
  return pieces.map((piece, index) => {
    const context = reader.context()
    const text = piece.kind === 'open' ? (guesses[context][choices[index] ?? 0] ?? '') : piece.text
    reader.read(text)
    const filled = { piece, index, text, context, start, end: start + text.length }
    start = filled.end
    return filled
  })
}

/** Takes the next guess for the last open piece before the fault; when it has no more, for the one before it. */
function nextGuess(choices: number[], guessed: readonly FilledPiece[]): boolean {
  for (const { index, context } of guessed.toReversed()) {
    const next = (choices[index] ?? 0) + 1
    if (next < guesses[context].length) {
      choices[index] = next
      return true
    }
    choices[index] = 0
  }
  return false
}

function describe(filled: readonly FilledPiece[]): FilledText {
  const open = filled.filter(({ piece }) => piece.kind === 'open')
  return {
    text: filled.map(({ text }) => text).join(''),
    unknown: span => open.some(({ start, end }) => start <= span.end && span.start <= end),
    offsetInTemplate(offset) {
      const at = filled.findLast(({ start }) => start <= offset)
      if (!at) return 0
      return at.piece.kind === 'text' ? at.piece.start + Math.min(offset - at.start, at.text.length) : at.piece.start
    },
  }
}
