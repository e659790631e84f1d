import { readHttpDate } from './http-date.ts'

/** Headers of one answer, as they came. */
export type TimesOfAnswer = { retryAfter: string | null | undefined; date: string | null | undefined }

/** Seconds: more than a server can mean, and few enough to be added to any time (RFC 9111, section 1.2.2). */
const most = 2 ** 31

/**
 * How long a server wants to be left alone, in milliseconds, as its header `Retry-After` says: in seconds or as a date
 * (RFC 9110, section 10.2.3). A date is measured against the answer's own `Date`, where it has one: the clocks of two
 * machines differ. Undefined when it names no time.
 */
export function readRetryAfter({ retryAfter, date }: TimesOfAnswer, now: number): number | undefined {
  const text = retryAfter?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text), most) * 1000
  const until = readHttpDate(text, now)
  return until === undefined ? undefined : Math.max(0, until - timeOfAnswer(date, now))
}

/** When an answer was given, by the server's own clock; `now` where it does not say. */
export function timeOfAnswer(date: string | null | undefined, now: number): number {
  return readHttpDate(date?.trim() ?? '', now) ?? now
}
