import { type Argument, reference } from './argument.ts'
import type { Judgement } from './judge.ts'
import type { Side } from './side.ts'

/** One question to Prometheus with its answer's meaning: what becomes a metric of an AnalysisTemplate. */
export type Signal = {
  /** Of the metric: unique among all templates of a gate. */
  name: string
  /** What it asks, as a question. */
  question: string
  /** What it concludes when there is nothing to measure, and why. */
  noTraffic: string
  /** What whoever reads or edits the query must know. */
  notes?: string
  /** The PromQL expression, with this range (`2m`) wherever it looks back. It gives one series, or none. */
  query(window: string): string
  judgement: Judgement
  args: readonly Argument[]
  /** How many measurements may be bad, or inconclusive, before the metric is; 0 when left out. */
  failureLimit?: number
  inconclusiveLimit?: number
}

/** The arguments that a signal's query and conditions name, each once. A side brings more than each signal needs. */
export function argumentsOf({ query, judgement, args }: Signal): Argument[] {
  const text = [query('1m'), judgement.success, judgement.failure].join()
  return [...new Map(args.map(argument => [argument.name, argument])).values()].filter(argument =>
    text.includes(reference(argument)),
  )
}

/** A comparison: as long as there is no other side, there is nothing to be worse than, and it is good. */
export function compared({ success, failure }: Judgement, { knownBy }: Side): Judgement {
  if (knownBy === undefined) return { success, failure }
  const value = `'${reference(knownBy)}'`
  return {
    success: `${value} == 'none' || (${success})`,
    failure: failure === 'false' ? failure : `${value} != 'none' && ${failure}`,
  }
}

/** What a comparison concludes without a value, and on a first release. */
export function orFirst(conclusion: string, { name, knownBy }: Side): string {
  return knownBy === undefined ? conclusion : `${conclusion}; passes while there is no ${name} yet (a first release)`
}
