/** GitHub waits to be asked: `primary` is the hour's budget of requests, `secondary` guards against bursts. */
export type Limit = { kind: 'primary' | 'secondary'; retryAt: number }

/** GitHub wants a minute when it names no time. */
const unnamed = 60_000

/**
 * Whether an answer is about a rate limit, and when to ask again; undefined for other refusals.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function readLimit(
  { status, headers }: { status: number; headers: Headers },
  message: string,
  now: number,
): Limit | undefined {
  if (status !== 403 && status !== 429) return undefined
  const after = readRetryAfter(headers.get('retry-after'), now)
  if (/secondary rate|abuse detection/i.test(message)) return { kind: 'secondary', retryAt: after ?? now + unnamed }
  if (headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(headers.get('x-ratelimit-reset'))
    // A second later, because the reset is named in whole seconds.
    return { kind: 'primary', retryAt: after ?? (reset > 0 ? reset * 1000 + 1000 : now + unnamed) }
  }
  if (after !== undefined || status === 429) return { kind: 'secondary', retryAt: after ?? now + unnamed }
  return undefined
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header)) return now + Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(date, now)
}
