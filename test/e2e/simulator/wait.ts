import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is neither undefined nor false, and gives it. After `timeout` ms it is an Error that names
 * `what` was waited for and, as `seen` tells it, how far it had come.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { timeout = 60_000, interval = 200, seen = async () => '' }: WaitOptions = {},
): Promise<T> {
  const until = Date.now() + timeout
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > until) throw new Error(`${what}: not within ${timeout / 1000} s ${await seen()}`.trim())
    await sleep(interval)
  }
}

export type WaitOptions = { timeout?: number; interval?: number; seen?: () => Promise<string> }
