import { ConfigurationError } from '../../configuration/index.ts'
import type { Cluster } from '../fleet/index.ts'
import type { Other, State } from './state.ts'

/** A wish to pin canary clusters: which, for a release admitted when (ISO 8601). */
export type SlotWish = { app: string; canaries: readonly string[]; admittedAt: string }

/**
 * Says which other app stands in the way of taking the slots of these clusters, or undefined when they may be taken.
 * An app holds a slot from the commit that pins a canary until the verdict there; among apps that want overlapping
 * slots the oldest admission goes first, even while it waits for others. `wishOf` tells what another app wants now.
 */
export function slotTakenBy(
  state: State,
  wish: SlotWish,
  wishOf: (other: State) => SlotWish | undefined,
): { app: string; cluster: string } | undefined {
  if (wish.canaries.length === 0) return undefined
  for (const other of state.others()) {
    const cluster = wish.canaries.find(canary => holdsSlot(other, canary))
    if (cluster !== undefined) return { app: other.app, cluster }
  }
  for (const other of state.others()) {
    const { state: rivals } = other
    const rival = rivals && unlessUnreadable(() => wishOf(rivals))
    if (!rival || !isOlder(rival, wish)) continue
    const cluster = wish.canaries.find(canary => rival.canaries.includes(canary))
    if (cluster !== undefined) return { app: other.app, cluster }
  }
  return undefined
}

/** The canary clusters among those of a batch: the slots it needs. */
export function canariesOf(clusters: readonly Cluster[]): string[] {
  return clusters.filter(({ role }) => role === 'canary').map(({ name }) => name)
}

/**
 * A batch that is open, and whose verdict on this canary is still out: an acceptance ends the gate there; rollback,
 * hold, block, suspension and supersession end the batch.
 */
function holdsSlot({ record: { current, suspended, ...record } }: Other, canary: string): boolean {
  if (!current?.batch?.clusters.includes(canary) || current.phase !== 'promoting' || suspended) return false
  return record.clusters[canary]?.gate !== undefined
}

/** What another app's broken files do not say; its owner hears of them from its own promotions. */
function unlessUnreadable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined
    throw error
  }
}

function isOlder(one: SlotWish, other: SlotWish): boolean {
  if (one.admittedAt !== other.admittedAt) return one.admittedAt < other.admittedAt
  return one.app < other.app
}
