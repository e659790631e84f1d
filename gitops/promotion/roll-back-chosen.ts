import type { Chosen } from './chosen.ts'
import { editedClusters } from './clusters.ts'
import type { QuarantineEntry } from './quarantine.ts'
import {
  type Admission,
  type Phase,
  type ReleaseRecord,
  type UnderWay,
  withCluster,
  withoutBatch,
  withoutNext,
} from './record.ts'
import { keyOf, nameRelease, type Release, sameRelease } from './release.ts'
import { leftEdited } from './rollback.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

type Found = Extract<Chosen, { kind: 'found' }>

/**
 * The release that goes: the one under way where a chosen cluster holds it, and otherwise what the first of them holds.
 */
export function goingBack({ record: { current } }: State, { restore }: Found): Release {
  const goes = current && restore.some(({ from }) => sameRelease(from, current.release))
  return goes ? current.release : restore[0].from
}

/**
 * The one commit of a rollback by choice. The release under way ends; if no chosen cluster held it, it waits as `next`,
 * where nothing that goes waits any more. Where nothing was chosen, the release that goes is accepted nowhere any more;
 * otherwise the clusters that were not chosen keep what they hold and what they accepted, and the record names them.
 */
export function chosenEdit(
  state: State,
  found: Found,
  cause: { at: string; reason: string; run: string; quarantine: readonly QuarantineEntry[]; everywhere: boolean },
  rules: Pick<Rules, 'withdrawAcceptances'>,
): Edit {
  const { at, reason, run, quarantine, everywhere } = cause
  const { restore, kept } = found
  const { current } = state.record
  const goes = goingBack(state, found)
  const closed = withoutBatch(withoutNext(state.record, [goes, ...restore.map(({ from }) => from)]))
  const isTarget = restore.some(each => sameRelease(each.release, goes))
  const withdrawn = everywhere && !isTarget ? rules.withdrawAcceptances(closed, goes) : closed
  const restored = restore.reduce(
    (record, { cluster, release: to, from }) =>
      withCluster(record, cluster, ({ gate: _over, ...entry }) => ({
        ...entry,
        accepted: entry.accepted.slice(entry.accepted.findIndex(each => sameRelease(each.release, to))),
        pin: { to, from, at, parent: state.tree.commit },
      })),
    withdrawn,
  )
  const clusters = restore.map(({ cluster }) => cluster)
  const to = keyOf(restore[0].release)
  const uniform = restore.every(each => keyOf(each.release) === to)
  const edited = everywhere ? editedClusters(state) : []
  const left = edited.length > 0 ? leftEdited(edited) : ''
  const why = kept.length > 0 ? `${reason} (only there: ${kept.join(', ')} as before)` : `${reason}${left}`
  const underWay: UnderWay = {
    ...ended(current, goes, { at, run }),
    phase: 'rolling-back',
    reason: why,
    rollback: {
      at,
      reason,
      clusters: [...new Set([...watched(current), ...clusters])],
      stuck: [],
      ...(kept.length > 0 && { kept }),
    },
  }
  return {
    record: { ...restored, ...waiting(closed, goes), current: underWay },
    pins: restore.map(({ cluster, release }) => ({ cluster, release })),
    ...(quarantine !== state.quarantine && { quarantine }),
    title: `roll back ${nameRelease(goes)} on ${clusters.join(', ')}${uniform ? ` to ${to}` : ''}${left}`,
    reason: why,
    release: goes,
  }
}

/** The release whose story a rollback ends, or goes on ending: what went back before stays the one that did. */
function ended(
  current: UnderWay | undefined,
  goes: Release,
  { at, run }: { at: string; run: string },
): Pick<UnderWay, 'release' | 'admittedAt' | 'run'> {
  if (current && (sameRelease(current.release, goes) || wentBack.includes(current.phase))) {
    return { release: current.release, admittedAt: current.admittedAt, run: current.run }
  }
  return { release: goes, admittedAt: at, run }
}

const wentBack: readonly Phase[] = ['rolling-back', 'rolled-back', 'rollback-failed']

/** Clusters of a rollback before this one that are not known to be healthy yet. */
function watched(current: UnderWay | undefined): readonly string[] {
  if (current?.phase !== 'rolling-back' && current?.phase !== 'rollback-failed') return []
  return current.rollback?.clusters ?? []
}

/** What was under way and did not go back waits as `next`, unless something newer does. */
function waiting({ current, next }: ReleaseRecord, goes: Release): { next?: Admission } {
  if (next || !current || sameRelease(current.release, goes)) return {}
  if (current.phase !== 'promoting') return {}
  return { next: { release: current.release, at: current.admittedAt, run: current.run } }
}
