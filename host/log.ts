import type { Place } from '../configuration/index.ts'

/** Where a step says what it does. Lines from outside may be passed: each implementation makes them harmless. */
export interface Log {
  debug(line: string): void
  info(line: string): void
  /** With a place, the reader is taken there: an annotation on the file in a job, `file:line:column` in a terminal. */
  warning(line: string, place?: Place): void
  error(line: string, place?: Place): void
}

/** Says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warning() {}, error() {} }
