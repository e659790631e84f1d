import { minRequests, reference } from '../argument.ts'
import { enoughRequests, failuresOf, type HttpMetrics, httpMetrics, requestsOf } from '../http.ts'
import { atMost } from '../judge.ts'
import { select } from '../selector.ts'
import { release, type Side } from '../side.ts'
import { compared, orFirst, type Signal } from '../signal.ts'

export type ErrorOptions = { of?: Side; metrics?: HttpMetrics; max?: number }

/** The part of the requests that failed, from 0 to 1, at most `max` (1% when left out). */
export function errorRatio({ of = release, metrics = httpMetrics, max = 0.01 }: ErrorOptions = {}): Signal {
  const limit = { name: 'max-error-ratio', value: String(max), about: 'failed requests of all, from 0 to 1' }
  const { requests, failed } = metrics
  return {
    name: 'error-ratio',
    question: 'How many of its requests fail?',
    noTraffic: 'inconclusive: without requests nothing can fail',
    notes:
      'A service that has not failed yet may have no series of failures: `or vector(0)`. A service should start its ' +
      'counters at 0: of a series that begins with a failure, the first one is not seen.',
    query: window =>
      [
        '(',
        `  (sum(rate(${select(requests, of.series, failed)}[${window}])) or vector(0))`,
        `  / sum(rate(${select(requests, of.series)}[${window}]))`,
        ')',
        `and ${enoughRequests(of, metrics, window)}`,
      ].join('\n'),
    judgement: atMost(reference(limit)),
    args: [...of.args, minRequests, limit],
  }
}

/**
 * How much more often requests fail than on the other side: in points from 0 to 1, and surely. Three standard errors
 * are taken off, the variance of a count being the count (Poisson): a handful of failures among few requests is noise.
 * `max` is how much worse is tolerated, half a point when left out.
 */
export function errorsAgainst(
  other: Side,
  { of = release, metrics = httpMetrics, max = 0.005 }: ErrorOptions = {},
): Signal {
  const limit = {
    name: `max-error-increase-over-${other.name}`,
    value: String(max),
    about: `how much more of all requests may fail than on ${other.name}, from 0 to 1`,
  }
  return {
    name: `errors-against-${other.name}`,
    question: `Do its requests surely fail more often than those of ${other.name}?`,
    noTraffic: orFirst('inconclusive without enough requests on both sides', other),
    notes:
      'Failures by requests here, less those there, less three standard errors of that difference: what is left is an ' +
      'increase that chance does not explain. With few requests only a large one shows.',
    query: window => {
      const [failed, all] = [failuresOf(of, metrics, window), requestsOf(of, metrics, window)]
      const [failedThere, allThere] = [failuresOf(other, metrics, window), requestsOf(other, metrics, window)]
      return [
        '(',
        `  ${failed}`,
        `  / ${all}`,
        `  - ${failedThere}`,
        `  / ${allThere}`,
        '  - 3 * sqrt(',
        `    ${failed}`,
        `    / ${all} ^ 2`,
        `    + ${failedThere}`,
        `    / ${allThere} ^ 2`,
        '  )',
        ')',
        `and ${enoughRequests(of, metrics, window)}`,
        `and ${enoughRequests(other, metrics, window)}`,
      ].join('\n')
    },
    judgement: compared(atMost(reference(limit)), other),
    args: [...of.args, ...other.args, minRequests, limit],
  }
}
