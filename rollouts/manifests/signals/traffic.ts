import { minRequests, reference } from '../argument.ts'
import { type HttpMetrics, httpMetrics, requestsOf } from '../http.ts'
import { enough } from '../judge.ts'
import { select } from '../selector.ts'
import { release, type Side } from '../side.ts'
import { compared, orFirst, type Signal } from '../signal.ts'

export type TrafficOptions = { of?: Side; metrics?: HttpMetrics }

/** How many requests were answered in a window. Too few never fail a release: nobody knows whose fault it is. */
export function traffic({ of = release, metrics = httpMetrics }: TrafficOptions = {}): Signal {
  return {
    name: 'requests',
    question: 'Does it answer enough requests to be judged by them?',
    noTraffic: 'inconclusive: few requests prove nothing, and need not be its fault',
    query: window => requestsOf(of, metrics, window),
    judgement: enough(reference(minRequests)),
    args: [...of.args, minRequests],
  }
}

/**
 * Its requests for each request of the other side, which the shared load balancer's weights foretell: 5 to 95 is 0.053.
 * `min` is the least ratio that is right.
 */
export function trafficAgainst(other: Side, { of = release, metrics = httpMetrics, min = 0.025 } = {}): Signal {
  const limit = {
    name: `min-traffic-ratio-to-${other.name}`,
    value: String(min),
    about: `its requests for each one of ${other.name}, of which weights of 5% to 95% make 0.053`,
  }
  return {
    name: `traffic-against-${other.name}`,
    question: `Does it get its share of the traffic, next to ${other.name}?`,
    noTraffic: orFirst(
      'inconclusive, as is too small a share: weights and draining are not the fault of a release',
      other,
    ),
    query: window =>
      [
        `sum(rate(${select(metrics.requests, of.series)}[${window}]))`,
        `/ sum(rate(${select(metrics.requests, other.series)}[${window}]))`,
      ].join('\n'),
    judgement: compared(enough(reference(limit)), other),
    args: [...of.args, ...other.args, limit],
  }
}
