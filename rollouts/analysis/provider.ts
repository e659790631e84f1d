import { ConfigurationError } from '../../configuration/index.ts'
import { ConditionError, evaluateTime, UnsupportedConditionError } from '../conditions/index.ts'
import {
  type Authentication,
  createPrometheus,
  type FlatResult,
  flatten,
  type Prometheus,
  PrometheusError,
} from '../prometheus/index.ts'
import { DurationError, parseGoDuration } from './go-duration.ts'
import type { PrometheusMetric } from './spec.ts'

/** A measurement that could not be taken; the message is the measurement's. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError'
  /** What the user can do. */
  readonly cure: string | undefined
  /** Whether a query was tried at all. */
  readonly asked: boolean

  constructor(message: string, options: { cure?: string | undefined; asked?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.cure = options.cure
    this.asked = options.asked ?? true
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
  const known = new WeakMap<PrometheusMetric, Prometheus>()

  function clientFor(metric: PrometheusMetric): Prometheus {
    const kept = known.get(metric)
    if (kept) return kept
    const key = JSON.stringify([metric.address, metric.headers, metric.authentication, metric.insecure])
    const client = clients.get(key) ?? createClient(metric, options)
    clients.set(key, client)
    known.set(metric, client)
    return client
  }

  return async (metric, now, signal) => {
    try {
      addressOf(metric, options) // what the controller finds wrong before it asks anything comes first
      authenticationOf(metric)
      const timeout = metric.timeout === undefined ? defaultTimeout : metric.timeout * 1000
      if (timeout < 0) throw new MeasurementError('prometheus timeout should not be negative', { asked: false })
      const { query = '' } = metric
      const range = metric.rangeQuery && rangeOf(metric.rangeQuery, now)
      const client = clientFor(metric)
      const result = range
        ? await client.queryRange(query, range, { timeout, signal })
        : await client.query(query, now, { timeout, signal })
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
  const url = addressOf(metric, options)
  const authentication = authenticationOf(metric) ?? options.authentication
  try {
    return createPrometheus({
      url,
      headers: headersOf(metric, options),
      fetch: fetcher,
      ...(options.secrets && { secrets: options.secrets }),
      ...(authentication && { authentication }),
    })
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw new MeasurementError(cause.message, { cause })
    throw cause
  }
}

/** Of several headers of one name, however it is spelt, the last one is sent. */
function headersOf(metric: PrometheusMetric, options: ProviderOptions): Record<string, string> {
  const own = (metric.headers ?? []).map(({ key, value }) => [key, value] as const)
  const all = [...Object.entries(options.headers ?? {}), ...own]
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), value]))
}

function addressOf(metric: PrometheusMetric, options: ProviderOptions): string {
  const address = options.url ?? (metric.address || options.defaultUrl)
  if (!address) {
    throw new MeasurementError('prometheus address is not configured', {
      asked: false,
      cure: 'Give provider.prometheus.address in the template, or the address of your Prometheus as an input or flag',
    })
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(address)) {
    throw new MeasurementError('prometheus address is not is url format', {
      asked: false,
      cure: 'Write it as https://host:port',
    })
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
  if (!clientId || !clientSecret)
    throw new MeasurementError('missing mandatory parameter in metric for OAuth2 setup', { asked: false })
  return { kind: 'oauth2', tokenUrl, clientId, clientSecret, scopes }
}

function rangeOf({ start = '', end = '', step = '' }: NonNullable<PrometheusMetric['rangeQuery']>, now: number) {
  return { start: timeOf('start', start, now), end: timeOf('end', end, now), step: stepOf(step) }
}

function timeOf(which: 'start' | 'end', source: string, now: number): number {
  try {
    return evaluateTime(source, now)
  } catch (cause) {
    if (cause instanceof UnsupportedConditionError) {
      throw new ConfigurationError({
        problem: `rangeQuery.${which} uses ${cause.feature}, which is not supported here`,
        value: source,
        cure: 'Write it without, or run the analysis in a cluster',
      })
    }
    if (!(cause instanceof ConditionError)) throw cause
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
