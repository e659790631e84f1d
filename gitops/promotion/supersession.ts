import type { Candidate } from './next-batch.ts'
import type { State } from './state.ts'

/**
 * Whether the release under way gives way to `next` now, with no batch open. One that is settled or blocked does at
 * once. One that is promoted further does with `immediate`; with `between-waves` where the next batch is the first of
 * its wave, but not when the release before it already gave way after its canary had passed: steady merges would
 * starve the primaries. What waits for an approval stands between two waves, or in the middle of one, just so.
 */
export function mayYield({ record, pipeline }: State, candidate: Candidate): boolean {
  if (record.current?.phase !== 'promoting') return true
  if (pipeline.supersede === 'immediate') return true
  switch (candidate.kind) {
    case 'complete':
      return false // it is promoted with the next write, and yields then
    case 'blocked':
      return true
    case 'unapproved':
    case 'batch':
      return candidate.startsWave && !(candidate.afterCanary && record.yieldedAfterCanary)
  }
}
