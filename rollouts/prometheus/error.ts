/** Why a query has no result: nothing answered, it took too long, the answer made no sense, or Prometheus refused. */
export type PrometheusFault = 'unreachable' | 'timeout' | 'response' | 'refused'

/**
 * A query without a result. `message` is what a measurement says about it: the controller's words where it has its
 * own (`server_error: server error: 503`, `execution: …`), ours where Go's HTTP and JSON libraries word it. `cure` is
 * what the user can do. Neither ever holds the value of a header, a password or a token.
 */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError'
  readonly fault: PrometheusFault
  readonly cure: string | undefined

  constructor(fault: PrometheusFault, message: string, options: { cure?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.fault = fault
    this.cure = options.cure
  }
}

/** Why a request failed, in one line: Node hides the reason in the cause of a `fetch failed`. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { errors, cause, message }: { errors?: unknown; cause?: unknown; message?: unknown } = error
  if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0]) // one per address that was tried
  if (typeof cause === 'object' && cause !== null) return reasonOf(cause)
  return typeof message === 'string' && message !== '' ? message : String(error)
}
