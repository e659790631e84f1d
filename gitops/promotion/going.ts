import { editedByHand, overrideOn } from './clusters.ts'
import type { UnderWay } from './record.ts'
import type { State } from './state.ts'

/** A release that a rollback takes back when nothing is named, and when it was admitted or set, by which run. */
export type Going = Pick<UnderWay, 'release' | 'admittedAt' | 'run'>

/**
 * What came last: the release under way, or, once that is settled, what a person has set by override since, be it on some
 * clusters only. Undefined where nothing was ever promoted or set.
 */
export function broughtLast(state: State, run: string): Going | undefined {
  const { current } = state.record
  if (current?.phase === 'promoting' || current?.phase === 'held') return current
  const settledAt = current && Date.parse(current.rollback?.at ?? current.admittedAt)
  const [newest] = state.fleet.clusters
    .filter(({ name }) => !editedByHand(state, name))
    .flatMap(({ name }) => overrideOn(state, name) ?? [])
    .filter(({ at }) => settledAt === undefined || Date.parse(at) > settledAt)
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
  return newest ? { release: newest.release, admittedAt: newest.at, run } : current
}
