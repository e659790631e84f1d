import type { Rules } from '../../../../gitops/promotion/index.ts'
import { playHistory } from './history.ts'
import { Broken, check } from './oracle.ts'

/** What so many histories came to. */
export type Tallies = {
  histories: number
  wrotePrimary: number
  rolledBack: number
  killedAfterVerdict: number
  approved: number
}

/** Plays `count` histories from `first` on; throws what the first broken promise says, with its seed. */
export async function playMany(first: number, count: number, rules?: Rules): Promise<Tallies> {
  const tallies: Tallies = { histories: 0, wrotePrimary: 0, rolledBack: 0, killedAfterVerdict: 0, approved: 0 }
  for (let seed = first; seed < first + count; seed++) {
    const tally = check(await playHistory(seed, rules))
    tallies.histories += 1
    for (const name of ['wrotePrimary', 'rolledBack', 'killedAfterVerdict', 'approved'] as const)
      if (tally[name]) tallies[name] += 1
  }
  return tallies
}

/** The seed of the first history, of `count`, in which altered rules break a promise; undefined when none does. */
export async function caught(rules: Rules, count: number): Promise<number | undefined> {
  for (let seed = 1; seed <= count; seed++) {
    try {
      check(await playHistory(seed, rules))
    } catch (error) {
      if (error instanceof Broken) return seed
      throw error
    }
  }
  return undefined
}
