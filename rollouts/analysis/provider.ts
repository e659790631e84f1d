import { ConfigurationError } from '../../configuration/index.ts'
import { ConditionError, evaluateTime, UnsupportedConditionError } from '../conditions/index.ts'
import {
  type Authentication,
  createPrometheus,
  type FlatResult,
  flatten,
  type Prometheus,
  PrometheusError,
  type QueryResult,
} from '../prometheus/index.ts'
import { DurationError, parseGoDuration } from './go-duration.ts'
import type { PrometheusMetric } from './spec.ts'

/** A measurement that could not be taken; the message is the measurement's. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError'
  /** What the user can do. */
  readonly cure: string | undefined

  constructor(message: string, options: { cure?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.cure = options.cure
  }
}

export type Measured = { result: FlatResult; warnings: readonly string[] }

/**
 * Takes one measurement: a metric's provider with its arguments filled in, the time in milliseconds. Rejects with a
 * MeasurementError, which becomes the measurement's error, or with the signal's reason; anything else ends the run.
 */
export type Query = (metric: PrometheusMetric, now: number, signal: AbortSignal) => Promise<Measured>

export type ProviderOptions = {
  fetch: typeof fetch
  /** Measures here, whatever address the templates name. */
  url?: string
  /** Measures here where a template names no address, as ARGO_ROLLOUTS_PROMETHEUS_ADDRESS does for the controller. */
  defaultUrl?: string
  /** Sent with every query, beside the template's own. */
  headers?: Readonly<Record<string, string>>
  /** Used where a template has no authentication of its own. */
  authentication?: Authentication
  /** A fetch that does not check certificates, for templates with `insecure: true`. */
  insecureFetch?: typeof fetch
  /** Texts that no message and no warning may hold, beside the credentials that are sent. */
  secrets?: readonly string[]
}

const defaultTimeout = 30_000

/** Measures with Prometheus, as the controller's provider does (`metricproviders/prometheus/prometheus.go`). */
export function prometheusProvider(options: ProviderOptions): Query {
  const clients = new Map<string, Prometheus>()

  function clientFor(metric: PrometheusMetric): Prometheus {
    const key = JSON.stringify([metric.address, metric.headers, metric.authentication, metric.insecure])
    const client = clients.get(key) ?? createClient(metric, options)
    clients.set(key, client)
    return client
  }

  return async (metric, now, signal) => {
    try {
      const client = clientFor(metric)
      const timeout = metric.timeout === undefined ? defaultTimeout : metric.timeout * 1000
      if (timeout < 0) throw new MeasurementError('prometheus timeout should not be negative')
      const result = await ask(client, metric, now, { timeout, signal })
      return { result: flatten(result), warnings: result.warnings }
    } catch (cause) {
      if (cause instanceof PrometheusError) throw new MeasurementError(cause.message, { cure: cause.cure, cause })
      throw cause
    }
  }
}

function createClient(metric: PrometheusMetric, options: ProviderOptions): Prometheus {
  const fetcher = metric.insecure ? options.insecureFetch : options.fetch
  if (!fetcher)
    throw new MeasurementError('insecure is not supported here', {
      cure: 'Give the server a certificate that is trusted',
    })
  const authentication = authenticationOf(metric) ?? options.authentication
  try {
    return createPrometheus({
      url: addressOf(metric, options),
      headers: {
        ...options.headers,
        ...Object.fromEntries((metric.headers ?? []).map(({ key, value }) => [key, value])),
      },
      fetch: fetcher,
      ...(options.secrets && { secrets: options.secrets }),
      ...(authentication && { authentication }),
    })
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw new MeasurementError(cause.message, { cause })
    throw cause
  }
}

function addressOf(metric: PrometheusMetric, options: ProviderOptions): string {
  const address = options.url ?? (metric.address || options.defaultUrl)
  if (!address) {
    throw new MeasurementError('prometheus address is not configured', {
      cure: 'Give provider.prometheus.address in the template, or the address of your Prometheus as an input or flag',
    })
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(address)) {
    throw new MeasurementError('prometheus address is not is url format', { cure: 'Write it as https://host:port' })
  }
  return address
}

function authenticationOf({ address = '', authentication }: PrometheusMetric): Authentication | undefined {
  const { sigv4, oauth2 } = authentication ?? {}
  if (address.includes('aps-workspaces') && sigv4 && Object.values(sigv4).some(value => value)) {
    throw new MeasurementError('authentication.sigv4 is not supported here', {
      cure: 'Put a proxy that signs requests in front, or use OAuth2 or a header',
    })
  }
  if (!oauth2?.tokenUrl) return undefined
  const { tokenUrl, clientId, clientSecret, scopes = [] } = oauth2
  if (!clientId || !clientSecret) throw new MeasurementError('missing mandatory parameter in metric for OAuth2 setup')
  return { kind: 'oauth2', tokenUrl, clientId, clientSecret, scopes }
}

async function ask(
  client: Prometheus,
  { query = '', rangeQuery }: PrometheusMetric,
  now: number,
  options: { timeout: number; signal: AbortSignal },
): Promise<QueryResult> {
  if (!rangeQuery) return client.query(query, now, options)
  const start = timeOf('start', rangeQuery.start ?? '', now)
  const end = timeOf('end', rangeQuery.end ?? '', now)
  return client.queryRange(query, { start, end, step: stepOf(rangeQuery.step ?? '') }, options)
}

function timeOf(which: 'start' | 'end', source: string, now: number): number {
  try {
    return evaluateTime(source, now)
  } catch (cause) {
    if (!(cause instanceof ConditionError) && !(cause instanceof UnsupportedConditionError)) throw cause
    throw new MeasurementError(`failed to parse rangeQuery.${which} as time: ${cause.message}`, { cause })
  }
}

function stepOf(step: string): number {
  try {
    return parseGoDuration(step)
  } catch (cause) {
    if (!(cause instanceof DurationError)) throw cause
    throw new MeasurementError(`failed to parse rangeQuery.step as duration: ${cause.message}`, { cause })
  }
}
