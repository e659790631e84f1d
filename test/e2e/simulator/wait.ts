import { setTimeout as sleep } from 'node:timers/promises'

/** How long a wait is silent, and how often it then says that it goes on, in ms. */
const quiet = 10_000

/**
 * Asks until the answer is neither undefined nor false, and gives it. A wait that takes longer says so on standard error.
 * After `timeout` ms it is an Error that names `what` was waited for and, as `seen` tells it, how far it had come.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { timeout = 60_000, interval = 200, seen = async () => '' }: WaitOptions = {},
): Promise<T> {
  const started = Date.now()
  const until = started + timeout
  let due = started + quiet
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > until) throw new Error(`${what}: not within ${timeout / 1000} s ${await seen()}`.trim())
    if (Date.now() > due) {
      process.stderr.write(`waiting (${Math.round((Date.now() - started) / 1000)} s so far): ${what}\n`)
      due = Date.now() + quiet
    }
    await sleep(interval)
  }
}

export type WaitOptions = { timeout?: number; interval?: number; seen?: () => Promise<string> }
