import type { Clock } from '../../../../host/index.ts'

type Sleeper = { at: number; order: number; wake: () => void }

/** A clock that stands still while anybody has something to do, and then moves to the end of the next sleep. */
export class ModelClock implements Clock {
  #now = Date.parse('2026-01-05T08:00:00Z')
  #order = 0
  #sleepers: Sleeper[] = []

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper: Sleeper = { at: this.#now + ms, order: this.#order++, wake: () => resolve() }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
        reject(signal.reason)
      })
    })
  }

  /** Lets time pass until all of `tasks` have ended, or until `deadline`; gives whether they have. */
  async play(tasks: readonly Promise<unknown>[], deadline: number): Promise<boolean> {
    let ended = false
    Promise.allSettled(tasks).then(() => {
      ended = true
    })
    for (;;) {
      await settled()
      if (ended) return true
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, each) =>
          !first || each.at < first.at || (each.at === first.at && each.order < first.order) ? each : first,
        undefined,
      )
      if (!next || next.at > deadline) return false
      this.#sleepers = this.#sleepers.filter(other => other !== next)
      this.#now = Math.max(this.#now, next.at)
      next.wake()
    }
  }

  /** Time in which nothing happens. */
  pass(ms: number): void {
    this.#now += ms
  }
}

/** Resolves once everything that can go on without time passing has. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
