import type { Observations } from './observations.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'

/** What a plan is made from: the tree at HEAD, what this run has seen, the time (milliseconds), and the rules. */
export type Context = { state: State; seen: Observations; now: number; rules: Rules }

/** A time as the record writes it. */
export const iso = (ms: number): string => new Date(ms).toISOString()
