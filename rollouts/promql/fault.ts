import type { Span } from './ast.ts'

/** What is wrong with a query, and where in it. */
export type QueryFault = Span & { kind: 'syntax' | 'type'; problem: string }

/** A text that is no PromQL. */
export class PromqlError extends Error {
  override readonly name = 'PromqlError'
  readonly fault: QueryFault

  constructor(fault: QueryFault) {
    super(fault.problem)
    this.fault = fault
  }
}

/** A query that may well be right, but is longer or deeper than what is read here. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}
