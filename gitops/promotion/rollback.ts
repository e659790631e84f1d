import { editedByHand, editedClusters } from './clusters.ts'
import { holds } from './pins.ts'
import { type QuarantineEntry, quarantined } from './quarantine.ts'
import { clusterRecord, type ReleaseRecord, withCluster, withoutNext } from './record.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

/** What a rollback puts back where; `stuck` clusters keep their pin, because nothing was accepted there before. */
export type Restoration = { restore: readonly { cluster: string; release: Release }[]; stuck: readonly string[] }

/**
 * Finds what to restore when `release` goes: on every cluster that holds it, or an unaccepted pin that it took over
 * from a release before it, the newest release accepted or adopted there that is another and not in quarantine. An
 * inactive cluster is no exception: a bad pin left there would serve as soon as somebody made it active. Pins edited by
 * hand stay as they are, and so does the pin of a cluster that never took part: it joins with what the fleet has then.
 */
export function findRestoration(state: State, release: Release, quarantine: readonly QuarantineEntry[]): Restoration {
  const restore: { cluster: string; release: Release }[] = []
  const stuck: string[] = []
  for (const [cluster, { pin, accepted }] of Object.entries(state.record.clusters)) {
    if (editedByHand(state, cluster)) continue
    const held = pin?.to ?? accepted[0]?.release
    const [latest] = accepted
    if (!held || !(sameRelease(held, release) || (!pin?.joining && !sameRelease(latest?.release, held)))) continue
    const before = accepted.find(each => !sameRelease(each.release, release) && !quarantined(quarantine, each.release))
    const neverTaken = pin?.joining === true && accepted.length === 0
    if (!before) {
      if (!neverTaken) stuck.push(cluster)
    } else if (!holds(state.pinned(cluster), before.release)) restore.push({ cluster, release: before.release })
  }
  return { restore, stuck }
}

/** What to add of clusters whose pin somebody edited: a rollback does not touch what it cannot know. */
export function leftEdited(edited: readonly string[]): string {
  return `; edited by hand, and left as it is: ${edited.join(', ')}`
}

/** Takes back every acceptance of a release. */
export function withdrawAcceptances(record: ReleaseRecord, release: Release): ReleaseRecord {
  return Object.keys(record.clusters).reduce(
    (after, cluster) =>
      withCluster(after, cluster, ({ gate: _over, ...entry }) => ({
        ...entry,
        accepted: entry.accepted.filter(each => !sameRelease(each.release, release)),
      })),
    record,
  )
}

/** Why a rollback, when (ISO 8601), the cluster whose gate is to blame if one is, and what goes into quarantine with it. */
export type RollbackCause = {
  at: string
  reason: string
  blamed?: string
  quarantine: readonly QuarantineEntry[]
  admittedAt: string
  run: string
}

/**
 * The one commit of a rollback: pins put back, acceptances withdrawn, quarantine, and the record of it all. The release
 * does not wait as `next` any more either.
 */
export function rollbackEdit(
  state: State,
  release: Release,
  cause: RollbackCause,
  rules: { findRestoration: typeof findRestoration; withdrawAcceptances: typeof withdrawAcceptances },
): Edit {
  const { at, reason, blamed, quarantine, admittedAt, run } = cause
  const { restore, stuck } = rules.findRestoration(state, release, quarantine)
  const withdrawn = rules.withdrawAcceptances(withoutNext(state.record, [release]), release)
  const clusters = restore.map(({ cluster }) => cluster)
  const kept = stuck.length > 0 ? `; nothing was accepted before on ${stuck.join(', ')}, which keep it` : ''
  const edited = editedClusters(state)
  const left = edited.length > 0 ? leftEdited(edited) : ''
  const restored = restore.reduce(
    (record, { cluster, release: to }) =>
      withCluster(record, cluster, entry => ({
        ...entry,
        accepted: entry.accepted.slice(entry.accepted.findIndex(each => sameRelease(each.release, to))),
        pin: { to, from: clusterRecord(record, cluster).pin?.to ?? release, at, parent: state.tree.commit },
      })),
    withdrawn,
  )
  return {
    record: {
      ...restored,
      current: {
        release,
        admittedAt,
        run,
        phase: 'rolling-back',
        reason: `${reason}${left}`,
        ...(blamed !== undefined && { blamed }),
        rollback: { at, reason, clusters, stuck },
      },
    },
    pins: restore,
    ...(quarantine !== state.quarantine && { quarantine }),
    title: `roll back ${nameRelease(release)}${clusters.length > 0 ? ` on ${clusters.join(', ')}` : ''}${kept}${left}`,
    reason,
    release,
  }
}
