import type { Clock } from '../../host/index.ts'

/**
 * A clock on which an hour passes at once: when somebody sleeps, time jumps to the earliest sleeper's end. What is
 * awaited otherwise takes no time. Sleepers wake in the order of their ends, and everyone who was woken may go on
 * before time moves again.
 */
export class VirtualClock implements Clock {
  #now: number
  #sequence = 0
  #moving = false
  readonly #waiting: Waiting[] = []

  constructor(start = 1_700_000_000_000) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  /** Moves time without waking anyone early; what sleeps until then wakes when time next jumps. */
  advance(ms: number): void {
    this.#now += ms
  }

  /** Calls `then` when time reaches `time`. It does not make time pass: only sleepers do. */
  at(time: number, then: () => void): void {
    this.#waiting.push({ time, sequence: this.#sequence++, sleeps: false, wake: then })
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const waiting: Waiting = {
        time: this.#now + Math.max(ms, 0),
        sequence: this.#sequence++,
        sleeps: true,
        wake: () => {
          signal?.removeEventListener('abort', abandon)
          resolve()
        },
      }
      const abandon = () => {
        this.#remove(waiting)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abandon, { once: true })
      this.#waiting.push(waiting)
      this.#move()
    })
  }

  #move(): void {
    if (this.#moving) return
    this.#moving = true
    setImmediate(() => {
      this.#moving = false
      if (!this.#waiting.some(({ sleeps }) => sleeps)) return
      const [next] = [...this.#waiting].sort((a, b) => a.time - b.time || a.sequence - b.sequence)
      if (!next) return
      this.#remove(next)
      this.#now = Math.max(this.#now, next.time)
      next.wake()
      this.#move()
    })
  }

  #remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting)
    if (index >= 0) this.#waiting.splice(index, 1)
  }
}

type Waiting = { time: number; sequence: number; sleeps: boolean; wake: () => void }
