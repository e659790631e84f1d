import { minRequests, reference } from '../argument.ts'
import { enoughRequests, type HttpMetrics, httpMetrics } from '../http.ts'
import { atMost } from '../judge.ts'
import { select } from '../selector.ts'
import { release, type Side } from '../side.ts'
import { compared, orFirst, type Signal } from '../signal.ts'

export type LatencyOptions = { of?: Side; metrics?: HttpMetrics; quantile: number; max: number }

/** A quantile of the durations, in seconds, at most `max`. Throws a RangeError for a quantile not between 0 and 1. */
export function latency({ of = release, metrics = httpMetrics, quantile, max }: LatencyOptions): Signal {
  const name = `latency-${percentile(quantile)}`
  const limit = { name: `max-${name}`, value: String(max), about: 'seconds; below the largest bound of the buckets' }
  return {
    name,
    question: `Within how many seconds are ${quantile * 100}% of its requests answered?`,
    noTraffic: 'inconclusive: no request took any time',
    notes:
      'A quantile lies between the bounds of a bucket, as if requests were spread evenly there, and never above the ' +
      'largest bound: a limit is best one of the bounds, and never the largest.',
    query: window =>
      [quantileOf(of, metrics, quantile, window), `and ${enoughRequests(of, metrics, window)}`].join('\n'),
    judgement: atMost(reference(limit)),
    args: [...of.args, minRequests, limit],
  }
}

/**
 * A quantile of the durations for each second of the other side's, at most `max`. One measurement of all may be worse:
 * a tail of few requests is noisy.
 */
export function latencyAgainst(
  other: Side,
  { of = release, metrics = httpMetrics, quantile, max }: LatencyOptions,
): Signal {
  const name = `latency-${percentile(quantile)}`
  const limit = {
    name: `max-${name}-ratio-to-${other.name}`,
    value: String(max),
    about: `its ${percentile(quantile)} for each second of ${other.name}'s`,
  }
  return {
    name: `${name}-against-${other.name}`,
    question: `How much slower is it than ${other.name}, at ${quantile * 100}% of the requests?`,
    noTraffic: orFirst('inconclusive without enough requests on both sides', other),
    query: window =>
      [
        '(',
        `  ${quantileOf(of, metrics, quantile, window)}`,
        `  / ${quantileOf(other, metrics, quantile, window)}`,
        ')',
        `and ${enoughRequests(of, metrics, window)}`,
        `and ${enoughRequests(other, metrics, window)}`,
      ].join('\n'),
    judgement: compared(atMost(reference(limit)), other),
    args: [...of.args, ...other.args, minRequests, limit],
    failureLimit: 1,
  }
}

/** `le` is kept and all else summed away, or replicas would be judged one by one. */
function quantileOf({ series }: Side, { durations }: HttpMetrics, quantile: number, window: string): string {
  return `histogram_quantile(${quantile}, sum by (le) (rate(${select(`${durations}_bucket`, series)}[${window}])))`
}

/** 0.9 is p90, 0.999 is p99-9. */
function percentile(quantile: number): string {
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`a quantile lies between 0 and 1: ${quantile}`)
  return `p${Number((quantile * 100).toFixed(6))}`.replace('.', '-')
}
