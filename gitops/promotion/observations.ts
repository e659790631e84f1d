import type { Health, Judgement } from './ports.ts'
import type { Batch } from './record.ts'

/** What one run has seen. It is lost when the run ends, and nothing depends on its being kept. */
export type Observations = {
  run: string
  /** Health by pin, of this turn only. */
  health: Map<string, Health>
  /** When each pin was last seen anything but healthy (milliseconds): its soak starts again from there. */
  brokenAt: Map<string, number>
  /** Since when each pin has been seen anything but healthy, without a break (milliseconds). */
  brokenSince: Map<string, number>
  /** When each pin was last seen to wait for a person (milliseconds): until then it could not become healthy. */
  undecidedAt: Map<string, number>
  /** Since when a pin was seen taken over by its cluster, where the observer knows (milliseconds). */
  syncedAt: Map<string, number>
  /** Ended analyses, by the start that the record holds. */
  judged: Map<string, { judgement: Judgement; at: number }>
  /** Analyses that could not measure and are tried again under the same start: what they said. */
  unmeasured: Map<string, string>
  /** Analyses that were already under way when this run first looked: whoever played them is gone. */
  inherited: ReadonlySet<string>
  /** The health observer's name, for the evidence. */
  observer: string
}

/** Names the pin of a cluster that a batch or a rollback wrote, so that nothing seen of another is taken for it. */
export const pinKey = (cluster: string, written: Pick<Batch, 'parent'> | { at: string }): string =>
  'parent' in written ? `${cluster} on ${written.parent}` : `${cluster} since ${written.at}`

/** Names one start of an analysis. */
export const analysisKey = (cluster: string, attempts: number, { run, at }: { run: string; at: string }): string =>
  `${cluster} attempt ${attempts} at ${at} by ${run}`

/** An analysis under way is this run's own, another live run's, or one whose run is gone. */
export function ownerOf(running: { run: string }, key: string, seen: Observations): 'mine' | 'other' | 'gone' {
  if (running.run === seen.run) return 'mine'
  return seen.inherited.has(key) ? 'gone' : 'other'
}
