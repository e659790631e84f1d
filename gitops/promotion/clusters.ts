import type { Wave } from '../fleet/index.ts'
import { type Cluster, waveClusters } from '../fleet/index.ts'
import { holds, type Pinned } from './pins.ts'
import { type Acceptance, clusterRecord } from './record.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import type { State } from './state.ts'

/** The clusters of a wave that take releases. */
export function receiving(state: State, wave: Wave): Cluster[] {
  return waveClusters(wave, state.fleet.clusters).filter(({ state }) => state === 'active')
}

export function activeCanaries({ fleet }: State): Cluster[] {
  return fleet.clusters.filter(({ role, state }) => role === 'canary' && state === 'active')
}

export function activePrimaries({ fleet }: State): Cluster[] {
  return fleet.clusters.filter(({ role, state }) => role === 'primary' && state === 'active')
}

/** The first wave that selects a cluster. */
export function waveOf(state: State, cluster: string): Wave | undefined {
  return state.pipeline.waves.find(wave =>
    waveClusters(wave, state.fleet.clusters).some(({ name }) => name === cluster),
  )
}

/** Whether a cluster holds a release and has accepted it last. A canary must have passed its own gate with it. */
export function settledOn(state: State, cluster: Cluster, release: Release): boolean {
  const [latest] = clusterRecord(state.record, cluster.name).accepted
  if (!latest || !sameRelease(latest.release, release)) return false
  if (cluster.role === 'canary' && latest.how !== 'passed') return false
  return holds(state.pinned(cluster.name), release)
}

/**
 * Whether a cluster's folder holds something other than what the kit wrote there last. A cluster that the kit never
 * wrote to is nobody's yet.
 */
export function editedByHand(state: State, cluster: string): boolean {
  const { pin, accepted } = clusterRecord(state.record, cluster)
  const expected = pin?.to ?? accepted[0]?.release
  return expected !== undefined && !holds(state.pinned(cluster), expected)
}

/** The clusters of some wave whose pin somebody edited, in a state that a rollback leaves as it is. */
export function editedClusters(state: State): string[] {
  return state.fleet.clusters
    .map(({ name }) => name)
    .filter(name => waveOf(state, name) !== undefined && editedByHand(state, name))
}

/** The release that a person set on a cluster by override, if that is what was accepted there last. */
export function overrideOn({ record }: State, cluster: string): Acceptance | undefined {
  const [latest] = clusterRecord(record, cluster).accepted
  return latest?.how === 'override' ? latest : undefined
}

/** What is pinned, in words. */
export function namePinned(pinned: Pinned | undefined): string {
  if (!pinned) return 'nothing'
  const { tag, digest, base } = pinned
  if (tag !== undefined && digest !== undefined && base !== undefined) {
    return nameRelease({ repository: '', tag, digest, base })
  }
  return tag ?? digest ?? 'no version'
}
