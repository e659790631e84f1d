/** What a registry answered, or how it failed to: a caller may wait on `limited`, `unavailable` and `unreachable`. */
export type RegistryFault =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'limited'
  | 'unavailable'
  | 'immutable'
  | 'untrusted'
  | 'unreachable'
  | 'invalid'

/** A registry did not give what was asked for. The message says which, what it answered, and what can be done. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly fault: RegistryFault
  /** The message without the cure. */
  readonly problem: string
  /** How long the registry asks to wait, in seconds. */
  readonly retryAfter?: number

  constructor(
    fault: RegistryFault,
    about: { problem: string; cure?: string; cause?: unknown; retryAfter?: number | undefined },
  ) {
    super(
      `${about.problem}${about.cure ? `. ${about.cure}` : ''}`,
      about.cause === undefined ? undefined : { cause: about.cause },
    )
    this.fault = fault
    this.problem = about.problem
    if (about.retryAfter !== undefined) this.retryAfter = about.retryAfter
  }
}
