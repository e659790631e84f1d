import { waveClusters } from '../../gitops/fleet/index.ts'
import {
  holds,
  quarantined,
  type Release,
  type ReleaseRecord,
  type State,
  sameRelease,
} from '../../gitops/promotion/index.ts'

type ClusterRecord = ReleaseRecord['clusters'][string]
type Pin = NonNullable<ClusterRecord['pin']>
export type Evidence = NonNullable<ClusterRecord['accepted'][number]['evidence']>

/**
 * Where a pin stands: being judged, accepted, found bad, left without a verdict (`error`: held for a person; `queued`:
 * it goes on by itself), or not what the cluster holds any more.
 */
export type Standing = {
  state: 'in_progress' | 'success' | 'failure' | 'error' | 'queued' | 'inactive'
  /** One sentence; parts of it come from outside. */
  detail: string
  /** When it came to stand so, where the record says (ISO 8601). */
  at?: string
  evidence?: Evidence
}

/** One pin that the kit wrote to a cluster, as the record at HEAD tells of it. */
export type Move = {
  cluster: string
  wave: string | undefined
  to: Release
  from: Pin['from']
  /** When it was written (ISO 8601), and on which commit: together they name it. */
  at: string
  parent: string
  how: 'promotion' | 'rollback' | 'joining'
  /** Whether it belongs to the release under way or, once settled, to the last one. */
  isCurrent: boolean
  standing: Standing
}

/** The newest pin of each cluster: a function of the tree at HEAD, so that any run tells the same. */
export function movesOf(state: State): Move[] {
  const { record } = state
  return Object.entries(record.clusters).flatMap(([cluster, entry]) => {
    const { pin } = entry
    if (!pin) return []
    const how = isRestored(record, cluster, pin) ? 'rollback' : pin.joining ? 'joining' : 'promotion'
    return [
      {
        cluster,
        wave: waveOf(state, cluster),
        to: pin.to,
        from: pin.from,
        at: pin.at,
        parent: pin.parent,
        how,
        isCurrent: how === 'rollback' || sameRelease(pin.to, record.current?.release),
        standing: standingOf(state, cluster, entry, pin),
      } satisfies Move,
    ]
  })
}

/** Names a move: no two pins of a cluster were written on the same commit. */
export const moveKey = ({ cluster, at, parent }: Pick<Move, 'cluster' | 'at' | 'parent'>) =>
  `${cluster} ${at} ${parent}`

/** What became of a pin that another one took the place of, if it had no verdict then. */
export function replaced({ record }: State, { cluster, to }: Move): Standing {
  const { current } = record
  const rollback = current?.rollback
  if (rollback?.clusters.includes(cluster) && sameRelease(current?.release, to)) {
    return current?.blamed === cluster
      ? { state: 'failure', detail: rollback.reason, at: rollback.at }
      : { state: 'inactive', detail: `rolled back: ${rollback.reason}`, at: rollback.at }
  }
  const by = record.clusters[cluster]?.pin
  return { state: 'inactive', detail: `${by?.to.tag ?? 'another release'} took its place`, ...(by && { at: by.at }) }
}

function standingOf(state: State, cluster: string, entry: ClusterRecord, pin: Pin): Standing {
  const { current, suspended } = state.record
  if (!holds(state.pinned(cluster), pin.to)) {
    return { state: 'inactive', detail: 'the pin was edited by somebody else' }
  }
  if (current?.rollback && isRestored(state.record, cluster, pin)) {
    const { phase, reason = '' } = current
    if (phase === 'rolling-back') return { state: 'in_progress', detail: 'rolled back, not seen healthy yet' }
    if (phase === 'rollback-failed') return { state: 'failure', detail: `rolled back: ${reason}` }
  }
  const [latest] = entry.accepted
  if (latest && sameRelease(latest.release, pin.to)) {
    const { how, at, evidence } = latest
    // What was seen before this pin was written says nothing of this pin.
    if (Date.parse(at) < Date.parse(pin.at)) return { state: 'success', detail: `accepted here before, at ${at}` }
    return { state: 'success', detail: accepted(how), at, ...(evidence && { evidence }) }
  }
  if (entry.gate && current?.batch?.clusters.includes(cluster)) return underWay(entry.gate)
  if (pin.joining) return { state: 'in_progress', detail: 'joins the fleet, not seen healthy yet' }
  const reason = current?.reason ?? 'no verdict'
  if (current?.rollback?.stuck.includes(cluster)) {
    return { state: 'failure', detail: `${reason}; it stays, because nothing was accepted here before` }
  }
  if (current?.phase === 'held') {
    const isBad = quarantined(state.quarantine, pin.to) && current.blamed === cluster
    return { state: isBad ? 'failure' : 'error', detail: `held: ${reason}` }
  }
  return { state: 'queued', detail: suspended ? `suspended: ${suspended.reason}` : 'its gate has no verdict yet' }
}

function accepted(how: ClusterRecord['accepted'][number]['how']): string {
  switch (how) {
    case 'passed':
      return 'its gate passed'
    case 'adopted':
      return 'runs since before the kit came'
    case 'joined':
      return 'healthy where the rest of the fleet had accepted it'
    case 'override':
      return 'accepted by a person'
  }
}

function underWay({ healthySince, running, passed, attempts }: NonNullable<ClusterRecord['gate']>): Standing {
  const state = 'in_progress'
  if (passed) return { state, detail: 'analysis passed, soaking' }
  if (running) return { state, detail: `analysis ${attempts} since ${running.at}` }
  if (healthySince !== undefined) return { state, detail: `healthy since ${healthySince}` }
  return { state, detail: 'waits to be healthy' }
}

/** A rollback and the pins that it put back were written at one time. */
function isRestored({ current }: ReleaseRecord, cluster: string, { at }: Pin): boolean {
  const { rollback } = current ?? {}
  return rollback !== undefined && rollback.at === at && rollback.clusters.includes(cluster)
}

/** The first wave that selects a cluster. */
export function waveOf({ fleet, pipeline: { waves } }: State, cluster: string): string | undefined {
  return waves.find(wave => waveClusters(wave, fleet.clusters).some(({ name }) => name === cluster))?.name
}
