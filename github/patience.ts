import type { Clock, Log } from '../host/index.ts'
import { GitHubError } from './error.ts'

/** Milliseconds before the second, third and fourth try while GitHub is in trouble. */
const pauses = [1000, 3000, 9000]

/** How one call bears faults that pass: it waits, and says whether to try again. */
export type Patience = {
  /** Resolves when the time for another try has come; throws the error when it is not worth waiting for. */
  wait(error: unknown): Promise<void>
}

/**
 * Patience for one call: three pauses while GitHub does not answer or says that it is in trouble, and rate limits up to
 * `longest` milliseconds altogether, whose error says until when they last.
 */
export function startPatience(options: {
  clock: Clock
  log: Log
  signal: AbortSignal | undefined
  longest: number
}): Patience {
  const { clock, log, signal, longest } = options
  let troubles = 0
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
    if (error.kind === 'unavailable') return pauses[troubles++]
    if (error.kind !== 'rate-limited' || error.retryAt === undefined) return undefined
    const pause = Math.max(error.retryAt - clock.now(), 1000)
    waited += pause
    return waited <= longest ? pause : undefined
  }
}
