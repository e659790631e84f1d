import { minRequests, reference } from './argument.ts'
import { type Matchers, select } from './selector.ts'
import type { Side } from './side.ts'

/** The names under which a service counts and times its requests. */
export type HttpMetrics = {
  /** A counter of requests answered. */
  requests: string
  /** Selects among them those that failed by the service's own fault. */
  failed: Matchers
  /** A classic histogram of durations, without `_bucket`. */
  durations: string
}

export const httpMetrics: HttpMetrics = {
  requests: 'http_requests_total',
  failed: { code: { matches: '5..' } },
  durations: 'http_request_duration_seconds',
}

/** Requests in a window; `increase` mends counters that were reset, and sees a series from its second sample on. */
export function requestsOf({ series }: Side, { requests }: HttpMetrics, window: string): string {
  return `sum(increase(${select(requests, series)}[${window}]))`
}

/** Failed requests in a window. No series of failures means that nothing failed, as long as requests are counted. */
export function failuresOf({ series }: Side, { requests, failed }: HttpMetrics, window: string): string {
  return `(sum(increase(${select(requests, series, failed)}[${window}])) or vector(0))`
}

/** Holds when this side answered enough requests; `A and` this gives nothing where too few prove nothing. */
export function enoughRequests(side: Side, metrics: HttpMetrics, window: string): string {
  return `${requestsOf(side, metrics, window)} >= ${reference(minRequests)}`
}
