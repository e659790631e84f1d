import { ConfigurationError } from '../../configuration/index.ts'
import { type Authentication, createAuthorize } from './authentication.ts'
import { secretsInAddress, secretsInHeader, secretsOf } from './credentials.ts'
import { PrometheusError } from './error.ts'
import { redactor } from './redact.ts'
import { type Connection, sendForm } from './request.ts'
import { type QueryResult, readResponse, type Sample } from './response.ts'
import { formatFloat } from './value.ts'

export type PrometheusOptions = {
  /** Its address without `/api/v1`; a name and password in it become basic authentication. */
  url: string
  /** Sent with every request. Their values are secrets: no message ever holds one. */
  headers?: Readonly<Record<string, string>>
  authentication?: Authentication
  /** Milliseconds for one query, from the first byte sent to the last byte read; 30 s when left out. */
  timeout?: number
  /** The longest answer that is read, in bytes after decompression; 32 MiB when left out. */
  maxBytes?: number
  /** More texts that no message and no warning may hold, for example what was put into a query. */
  secrets?: readonly string[]
  fetch: typeof fetch
  /** Milliseconds since the epoch, for the age of OAuth2 tokens. */
  now?: () => number
}

export type QueryOptions = { timeout?: number; signal?: AbortSignal }

/** Times and steps are milliseconds. Every method throws a PrometheusError, or the signal's reason when aborted. */
export interface Prometheus {
  /** Its address as it may be shown, without credentials. */
  readonly url: string
  /** Evaluates an expression at one time. */
  query(expression: string, time: number, options?: QueryOptions): Promise<QueryResult>
  /** Evaluates an expression at every step from start to end. */
  queryRange(
    expression: string,
    range: { start: number; end: number; step: number },
    options?: QueryOptions,
  ): Promise<QueryResult>
  /** Evaluates an expression that gives an instant vector, and gives its series with their labels. */
  samples(expression: string, time: number, options?: QueryOptions): Promise<readonly Sample[]>
}

/**
 * A client for the HTTP API of Prometheus and what speaks it (Thanos, Mimir, VictoriaMetrics). Throws a
 * ConfigurationError for an address or header that cannot be used.
 */
export function createPrometheus(options: PrometheusOptions): Prometheus {
  const { endpoint, credentials } = parseAddress(options.url)
  const authentication = options.authentication ?? credentials
  const headers = checkHeaders(options.headers ?? {})
  const authorize = authentication && createAuthorize(authentication, options.now ?? Date.now)
  const secrets = [
    ...Object.values(options.headers ?? {}).flatMap(secretsInHeader),
    ...(authentication ? secretsOf(authentication) : []),
    ...secretsInAddress(options.url),
    ...(options.secrets ?? []),
  ]
  const hiding = memorized((sent: string) => redactor([...secrets, ...secretsInHeader(sent)]))
  let hide = hiding('') // a token that was fetched is a secret too, from then on
  const shown = `${endpoint.origin}${endpoint.pathname}`.replace(/\/$/, '')

  async function ask(path: string, form: Record<string, string>, { timeout, signal }: QueryOptions = {}) {
    const connection: Connection = {
      fetch: options.fetch,
      name: `Prometheus at ${shown}`,
      headers: new Headers(headers),
      timeout: timeout ?? options.timeout ?? 30_000,
      maxBytes: options.maxBytes ?? 32 * 2 ** 20,
      ...(signal && { signal }),
    }
    const url = new URL(endpoint)
    url.pathname = `${endpoint.pathname.replace(/\/+$/, '')}/api/v1/${path}`
    try {
      if (authorize) {
        const sent = await authorize(connection)
        connection.headers.set('authorization', sent)
        hide = hiding(sent)
      }
      const { status, body } = await sendForm(connection, url, new URLSearchParams(form))
      const result = readHidden(status, body, hide)
      return result.warnings.length === 0 ? result : { ...result, warnings: result.warnings.map(hide) }
    } catch (error) {
      throw error instanceof PrometheusError ? withoutSecrets(error, hide) : error
    }
  }

  const query: Prometheus['query'] = (expression, time, rest) =>
    ask('query', { query: expression, time: seconds(time) }, rest)
  return {
    url: shown,
    query,
    queryRange: (expression, { start, end, step }, rest) =>
      ask('query_range', { query: expression, start: seconds(start), end: seconds(end), step: seconds(step) }, rest),
    async samples(expression, time, rest) {
      const result = await query(expression, time, rest)
      if (result.kind === 'vector') return result.samples
      throw new PrometheusError('response', `the query gave a ${result.kind}, not a vector: ${expression}`)
    },
  }
}

function parseAddress(text: string): { endpoint: URL; credentials?: Authentication } {
  const endpoint = URL.parse(text)
  if (!endpoint || (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:')) {
    throw new ConfigurationError({
      problem: 'the address of Prometheus is not an http or https URL',
      value: text.replace(/\/\/.*@/s, '//***@'),
      cure: 'Write it as https://prometheus.example.com:9090',
    })
  }
  const { username, password } = endpoint
  endpoint.username = ''
  endpoint.password = ''
  endpoint.hash = ''
  if (username === '' && password === '') return { endpoint }
  return {
    endpoint,
    credentials: { kind: 'basic', username: decoded(username), password: decoded(password) },
  }
}

/** What stands in a URL; as it is where its percent signs are not of an encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * A bad value must not reach `fetch`, which would print it. What is not ASCII is sent as UTF-8, as the controller sends
 * it; `fetch` takes one character for each byte.
 */
function checkHeaders(headers: Readonly<Record<string, string>>): Headers {
  const checked = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new ConfigurationError({
        problem: 'a header for Prometheus has a name that is not allowed',
        cure: 'Write one header a line, as Name: value',
      })
    }
    const bytes = Buffer.from(value).toString('latin1')
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(bytes)) {
      throw new ConfigurationError({ problem: `the value of the header ${name} has characters that are not allowed` })
    }
    checked.set(name, bytes)
  }
  return checked
}

/** Keeps the newest result: a token stays the same for many requests, and a pattern takes time to make. */
function memorized<T>(make: (key: string) => T): (key: string) => T {
  let kept: { key: string; value: T } | undefined
  return key => {
    if (kept?.key !== key) kept = { key, value: make(key) }
    return kept.value
  }
}

/** Reads an answer. What is said of a bad one is cut, and half a secret is one too: so they are hidden before. */
function readHidden(status: number, body: string, hide: (text: string) => string): QueryResult {
  try {
    return readResponse(status, body)
  } catch (error) {
    const hidden = hide(body)
    if (hidden !== body) readResponse(status, hidden)
    throw error
  }
}

/** A server may echo what it was sent. The cause is left out, because it cannot be vouched for. */
function withoutSecrets(error: PrometheusError, hide: (text: string) => string): PrometheusError {
  const message = hide(error.message)
  const cure = error.cure === undefined ? undefined : hide(error.cure)
  if (message === error.message && cure === error.cure) return error
  return new PrometheusError(error.fault, message, cure === undefined ? {} : { cure })
}

/** As the controller's client writes times and steps: seconds and nanoseconds are added as floats, without an exponent. */
function seconds(ms: number): string {
  const whole = Math.trunc(ms / 1000)
  return formatFloat(whole + Math.round((ms - whole * 1000) * 1e6) / 1e9)
}
