import { readRetryAfter, timeOfAnswer } from '../host/index.ts'

/** GitHub waits to be asked: `primary` is the hour's budget of requests, `secondary` guards against bursts. */
export type Limit = { kind: 'primary' | 'secondary'; retryAt: number }

/** GitHub wants a minute when it names no time. */
const unnamed = 60_000

/**
 * Whether an answer is about a rate limit, and when to ask again by the clock that says `now`; undefined for other
 * refusals. The last request of an hour may be refused for another reason, and says so.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function readLimit(
  { status, headers }: { status: number; headers: Headers },
  message: string,
  now: number,
): Limit | undefined {
  if (status !== 403 && status !== 429) return undefined
  const after = readRetryAt(headers, now)
  if (/secondary rate|abuse detection/i.test(message)) return { kind: 'secondary', retryAt: after ?? now + unnamed }
  const limits = status === 429 || message === '' || /\brate limit|too many requests|quota/i.test(message)
  if (limits && headers.get('x-ratelimit-remaining') === '0') {
    return { kind: 'primary', retryAt: after ?? readReset(headers, now) ?? now + unnamed }
  }
  if (after !== undefined || status === 429) return { kind: 'secondary', retryAt: after ?? now + unnamed }
  return undefined
}

/** When an answer wants to be asked again, by the clock that says `now`; undefined when it does not say. */
export function readRetryAt(headers: Headers, now: number): number | undefined {
  const wait = readRetryAfter({ retryAfter: headers.get('retry-after'), date: headers.get('date') }, now)
  return wait === undefined ? undefined : now + wait
}

/** The reset is a time of GitHub's clock, and what counts is how far it is from the answer's own `Date`. */
function readReset(headers: Headers, now: number): number | undefined {
  const header = headers.get('x-ratelimit-reset') ?? ''
  if (!/^[1-9]\d{0,10}$/.test(header)) return undefined
  // A second later, because both are named in whole seconds.
  const wait = Number(header) * 1000 + 1000 - timeOfAnswer(headers.get('date'), now)
  return now + Math.max(wait, 0)
}
