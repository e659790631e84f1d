import { batchSize, type Cluster, type Wave } from '../fleet/index.ts'
import { namePinned, overrideOn, settledOn } from './clusters.ts'
import type { Stop } from './outcome.ts'
import { pinFile } from './pins.ts'
import type { UnderWay } from './record.ts'
import { nameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'

/** Which clusters a release goes to next. */
export type Candidate =
  | { kind: 'complete' }
  | { kind: 'blocked'; stop: Stop }
  /** Everything else holds, and a person has not approved it yet. */
  | { kind: 'unapproved'; wave: Wave; environment: string; startsWave: boolean; afterCanary: boolean }
  | {
      kind: 'batch'
      wave: Wave
      clusters: readonly Cluster[]
      /** No cluster of the wave has the release yet. */
      startsWave: boolean
      /** A wave before this one holds a canary. */
      afterCanary: boolean
    }

/**
 * Finds the first wave with an active cluster that has not accepted the release, and the clusters of its next batch.
 * Primaries wait for evidence from every active canary, even those in the same wave. A wave that selects nothing
 * blocks, and so does a pin in the batch that someone edited. Where the gate of a wave before, or that of this wave for
 * its batches after the first, asks for an approval, the batch waits for that in the end. A release that is promoted does
 * not come again where a person has set another by override since.
 */
export function nextBatch(
  state: State,
  underWay: Pick<UnderWay, 'release' | 'approvals' | 'phase'>,
  rules: Rules,
): Candidate {
  const { release, phase } = underWay
  const isDone = ({ name }: Cluster) => phase === 'promoted' && overrideOn(state, name) !== undefined
  const lacksApproval = (wave: Wave) => wave.gate.approval && !rules.approvalOf(underWay, wave)
  let afterCanary = false
  let unapproved: Wave | undefined
  for (const wave of state.pipeline.waves) {
    const clusters = rules.receiving(state, wave)
    if (clusters.length === 0) return blocked(`wave ${wave.name} selects no active cluster`, emptyWave(state, wave))
    const missing = clusters.filter(cluster => !settledOn(state, cluster, release) && !isDone(cluster))
    if (missing.length === 0) {
      afterCanary ||= clusters.some(({ role }) => role === 'canary')
      if (lacksApproval(wave)) unapproved ??= wave
      continue
    }
    const evidence = rules.findEvidence(state, release)
    const ready = missing.filter(({ role }) => role !== 'primary' || evidence.kind === 'complete')
    if (evidence.kind === 'missing' && ready.length === 0) return blocked(evidence.reason, evidence.cure)
    const batch = ready.slice(0, batchSize(wave, clusters.length))
    const edited = batch.find(({ name }) => rules.editedByHand(state, name))
    if (edited) return { kind: 'blocked', stop: editedPin(state, edited.name) }
    const startsWave = missing.length === clusters.length
    if (!startsWave && lacksApproval(wave)) unapproved ??= wave
    const environment = unapproved?.gate.approval?.environment
    if (unapproved && environment !== undefined) {
      return { kind: 'unapproved', wave: unapproved, environment, startsWave, afterCanary }
    }
    return { kind: 'batch', wave, clusters: batch, startsWave, afterCanary }
  }
  return { kind: 'complete' }
}

/** What to say of a pin that someone edited; the executor adds who. */
export function editedPin(state: State, cluster: string): Stop {
  const expected = state.record.clusters[cluster]?.pin?.to
  return {
    kind: 'blocked',
    reason: `${pinFile(state.app, cluster)} holds ${namePinned(state.pinned(cluster))}, and the kit wrote ${nameRelease(expected)} there: someone edited it`,
    cure: 'Put it back, or record it with bump-manifests and its override',
    editedPath: `apps/${state.app}/clusters/${cluster}`,
  }
}

function emptyWave({ app }: State, { name }: Wave): string {
  return `Make a cluster of it active, or remove wave ${name} from apps/${app}/pipeline.yaml`
}

function blocked(reason: string, cure: string): Candidate {
  return { kind: 'blocked', stop: { kind: 'blocked', reason, cure } }
}
