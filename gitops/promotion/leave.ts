import { analysisKey, type Observations } from './observations.ts'
import { type GateProgress, withCluster } from './record.ts'
import { nameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

/**
 * What a run that stops as `waiting` writes first, if anything: attempts whose analysis ended without being able to
 * measure do not count, and the next run must not take them for killed ones.
 */
export function giveBack({ record, pipeline }: State, seen: Observations, rules: Rules): Edit | undefined {
  const { current } = record
  const batch = current?.batch
  const analysis = pipeline.waves.find(({ name }) => name === batch?.wave)?.gate.analysis
  if (!current || !batch || !analysis) return undefined
  const free = batch.clusters.filter(cluster => {
    const gate = record.clusters[cluster]?.gate
    if (gate?.running?.run !== seen.run) return false
    const key = analysisKey(cluster, gate.attempts, gate.running)
    const ended = seen.judged.get(key)
    if (!ended) return seen.unmeasured.has(key)
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

function notCounted({ running: _ended, attempts, ...progress }: GateProgress): GateProgress {
  return { ...progress, attempts: attempts - 1 }
}
