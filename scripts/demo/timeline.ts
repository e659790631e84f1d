import { setTimeout as sleep } from 'node:timers/promises'
import type { Facts, Pinned } from './facts.ts'

/** A cluster's pin became another one; `at` is milliseconds since the epoch. */
export type PinChange = Pinned & { at: number; commit: string; subject: string }

/** Watches the GitOps repository from the outside. */
export type Timeline = { changes: readonly PinChange[]; stop(): Promise<void> }

const poll = 250

/** Notes every change of a pin as it appears in Git, and tells it. */
export function watchPins(facts: Facts, tell: (change: PinChange) => void): Timeline {
  const stopping = new AbortController()
  const changes: PinChange[] = []
  const newest = new Map<string, Pinned>()
  let seen: string | undefined

  async function look(): Promise<void> {
    const head = await facts.head()
    if (head === seen) return
    const steps =
      seen === undefined
        ? [{ commit: head, subject: 'as it was at the start', pins: [...(await facts.pins()).values()] }]
        : await facts.steps(seen)
    for (const { commit, subject, pins } of steps) {
      for (const pin of pins) {
        const before = newest.get(pin.cluster)
        if (before?.digest === pin.digest && before.tag === pin.tag && before.base === pin.base) continue
        newest.set(pin.cluster, pin)
        const change = { ...pin, at: Date.now(), commit, subject }
        changes.push(change)
        if (seen !== undefined) tell(change)
      }
    }
    seen = head
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => {}) // a push under way: looked at again at once
      await sleep(poll, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    changes,
    async stop() {
      stopping.abort()
      await watching
    },
  }
}
