import {
  type Condition,
  ConditionError,
  compileCondition,
  inspectCondition,
  type MetricResult,
  UnsupportedConditionError,
} from '../conditions/index.ts'
import { type Piece, piecesOf } from '../promql/index.ts'

export type ResultKind = MetricResult['kind']

/** A condition with its arguments filled in, as far as they are known. */
export type ConditionSubject =
  | {
      kind: 'read'
      condition: Condition
      /** Whether an argument without a value was guessed at. */
      guessed: boolean
      calls: ReadonlySet<string>
      numbers: readonly number[]
      /** Too slow to be tried on many results. */
      heavy: boolean
    }
  /** Every evaluation ends in this error of the controller's. */
  | { kind: 'wrong'; problem: string }
  | { kind: 'unsupported'; feature: string }
  /** Up to its arguments. */
  | { kind: 'open' }

/** What an argument without a value is tried as: in a comparison it is a number. */
const guesses = ['1', '"x"', 'true', 'result', '<', 'x']

/**
 * Compiles a condition for the kinds of result that its query may give: one is enough that fits. With guesses, nothing
 * is wrong unless every guess is, in the same way, and then it is only `open`.
 */
export function conditionSubject(
  source: string,
  values: ReadonlyMap<string, string>,
  kinds: readonly ResultKind[],
): ConditionSubject {
  const pieces = piecesOf(source, values)
  const guessed = pieces.some(({ kind }) => kind === 'open')
  if (!guessed) return compiled(pieces.map(({ text }) => text).join(''), kinds, false)
  for (const guess of guesses) {
    const subject = compiled(filled(pieces, guess), kinds, true)
    if (subject.kind === 'read') return subject
  }
  return { kind: 'open' }
}

function compiled(source: string, kinds: readonly ResultKind[], guessed: boolean): ConditionSubject {
  try {
    const condition = compileCondition(source)
    const faults = kinds.map(kind => condition.fault(kind))
    const [problem] = faults
    if (problem !== undefined && !faults.includes(undefined)) return { kind: 'wrong', problem }
    return { kind: 'read', condition, guessed, ...inspectCondition(source) }
  } catch (error) {
    if (error instanceof UnsupportedConditionError) return { kind: 'unsupported', feature: error.feature }
    if (error instanceof ConditionError) return { kind: 'wrong', problem: error.message }
    throw error
  }
}

/** Puts a guess where an argument is open; in a string it is text. */
function filled(pieces: readonly Piece[], guess: string): string {
  const texts: string[] = []
  let quote = ''
  for (const { kind, text } of pieces) {
    texts.push(kind !== 'open' ? text : quote === '' ? guess : 'x')
    if (kind !== 'open') quote = quoteAfter(text, quote)
  }
  return texts.join('')
}

/** The quote of the string that a text ends in, when it begins in that of `quote`; empty outside of strings. */
function quoteAfter(text: string, quote: string): string {
  let open = quote
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (open === '') open = /["'`]/.test(character) ? character : ''
    else if (character === '\\' && open !== '`') at++
    else if (character === open) open = ''
  }
  return open
}
