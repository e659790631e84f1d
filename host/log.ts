/** Where a step says what it does. Lines from outside may be passed: each implementation makes them harmless. */
export interface Log {
  debug(line: string): void
  info(line: string): void
  warning(line: string): void
  error(line: string): void
}

/** Says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warning() {}, error() {} }
