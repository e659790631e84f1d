import type { Log } from '../../host/index.ts'
import { analysisKey, type Observations } from './observations.ts'
import { type GateProgress, withCluster } from './record.ts'
import { nameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

/**
 * What a run that ends writes first, if anything: attempts whose analysis could not measure do not count, and the next
 * run must not take them for killed ones. A run that ends on a `fault` of its own (as `waiting`, without one) could not
 * measure what it still plays either; an analysis that ended bad or inconclusive has counted all the same.
 */
export function giveBack(
  { record, pipeline }: State,
  seen: Observations,
  rules: Rules,
  fault: 'fault' | 'no fault' = 'no fault',
): Edit | undefined {
  const { current } = record
  const batch = current?.batch
  const analysis = pipeline.waves.find(({ name }) => name === batch?.wave)?.gate.analysis
  if (!current || !batch || !analysis) return undefined
  const free = batch.clusters.filter(cluster => {
    const gate = record.clusters[cluster]?.gate
    if (gate?.running?.run !== seen.run) return false
    const key = analysisKey(cluster, gate.attempts, gate.running)
    const ended = seen.judged.get(key)
    if (!ended) return fault === 'fault' || seen.unmeasured.has(key)
    const verdict = rules.weighAnalysis(ended.judgement, analysis)
    return verdict.kind === 'again' && !verdict.counts
  })
  if (free.length === 0) return undefined
  return {
    record: free.reduce(
      (after, cluster) =>
        withCluster(after, cluster, entry => ({ ...entry, ...(entry.gate && { gate: notCounted(entry.gate) }) })),
      record,
    ),
    title: `${nameRelease(current.release)} could not be measured on ${free.join(', ')} yet`,
    wave: batch.wave,
    release: current.release,
  }
}

/** How often the attempts are tried to be given back while others write. */
const tries = 5

/**
 * Gives back what a run has begun that ends on a fault of its own, such as a mistake in a template: it must not use up
 * the attempts of a release that nothing is wrong with. Whatever comes in the way is logged; the fault is what is told.
 */
export async function giveBackAfterFault(session: Session, seen: Observations, log: Log): Promise<void> {
  try {
    for (let left = tries; left > 0; left--) {
      const state = await session.read()
      const edit = giveBack(state, seen, session.rules, 'fault')
      if (!edit || (await session.write(state, edit))) return
    }
  } catch (error) {
    log.info(`the attempts that were begun could not be given back: ${String(error)}`)
  }
}

function notCounted({ running: _ended, attempts, ...progress }: GateProgress): GateProgress {
  return { ...progress, attempts: attempts - 1 }
}
