import type { RegistryError } from './error.ts'

/** How often a request is sent at most, and the longest wait between two of them, in milliseconds. */
const tries = 3
const longest = 60_000
const pause = 1000

/**
 * How long to wait before a request that failed for the `failed`th time is sent again, in milliseconds; undefined when
 * it is not worth it. What the registry asks for in `Retry-After` is kept to: a shorter wait would only be refused
 * again, one of more than a minute is the user's to decide. Every request of the client may be repeated: it reads, or
 * puts the same bytes in the same place.
 */
export function waitBefore(failed: number, { fault, retryAfter }: RegistryError): number | undefined {
  if (failed >= tries) return undefined
  if (fault !== 'limited' && fault !== 'unavailable' && fault !== 'unreachable') return undefined
  const wait = retryAfter === undefined ? pause * 2 ** (failed - 1) : retryAfter * 1000
  return wait <= longest ? wait : undefined
}
