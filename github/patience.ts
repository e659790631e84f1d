import type { Clock, Log } from '../host/index.ts'
import { GitHubError } from './error.ts'

/** Milliseconds before the second, third and fourth try while GitHub is in trouble. */
const pauses = [1000, 3000, 9000]
/** The shortest pause after the first rate limit, in milliseconds, and how much longer it is after each further one. */
const shortest = 1000
const growth = 3

/** How one call bears faults that pass: it waits, and says whether to try again. */
export type Patience = {
  /** Resolves when the time for another try has come; throws the error when it is not worth waiting for. */
  wait(error: unknown): Promise<void>
}

/**
 * Patience for one call: three pauses while GitHub does not answer or says that it is in trouble, and rate limits, whose
 * error says until when they last. Where GitHub names a time it is not asked before, and such waits are `longest`
 * milliseconds altogether.
 */
export function startPatience(options: {
  clock: Clock
  log: Log
  signal: AbortSignal | undefined
  longest: number
}): Patience {
  const { clock, log, signal, longest } = options
  let troubles = 0
  let limits = 0
  let waited = 0
  return {
    async wait(error) {
      const pause = pauseFor(error)
      if (pause === undefined) throw error
      log.info(`Trying again in ${Math.ceil(pause / 1000)} s. ${error instanceof Error ? error.message : ''}`)
      await clock.sleep(pause, signal)
    },
  }

  function pauseFor(error: unknown): number | undefined {
    if (!(error instanceof GitHubError)) return undefined
    const { kind, retryAt } = error
    if (kind === 'unavailable') {
      const pause = pauses[troubles++]
      return retryAt === undefined || pause === undefined ? pause : until(retryAt, pause)
    }
    // A limit that is over by its own account and yet goes on is asked about less and less often.
    return kind === 'rate-limited' && retryAt !== undefined ? until(retryAt, shortest * growth ** limits++) : undefined
  }

  function until(retryAt: number, least: number): number | undefined {
    const pause = Math.max(retryAt - clock.now(), least)
    waited += pause
    return waited <= longest ? pause : undefined
  }
}
