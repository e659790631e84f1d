import { type Release, sameRelease } from './release.ts'

/** Something asked to be released: what, when (ISO 8601, by the admitting run's clock) and by which run. */
export type Admission = { release: Release; at: string; run: string }

/** What was seen of a release on one cluster when it was accepted there. */
export type Evidence = {
  wave: string
  /** Who saw the health, and whether that proves that the cluster had taken over this very commit. */
  observer: string
  provesSync: boolean
  healthySince: string
  health: string
  analysis?: { message: string; requests?: number }
}

/**
 * A release that may stay on a cluster. `passed` its gate there; `adopted`: it was there before the kit came; `joined`:
 * it was healthy where the rest of the fleet had accepted it; `override`: a person said so. Only `passed` is evidence.
 */
export type Acceptance = {
  release: Release
  how: 'passed' | 'adopted' | 'joined' | 'override'
  at: string
  evidence?: Evidence
  reason?: string
}

/** How far the open batch's gate has come on one cluster. */
export type GateProgress = {
  healthySince?: string
  /** Analyses that count: each from its start, so that one that is killed has counted. */
  attempts: number
  /** The analysis that was started last and has no verdict yet, and the run that plays it. */
  running?: { run: string; at: string }
  /** The analysis that passed, while the soak goes on. */
  passed?: { message: string; requests?: number }
}

/**
 * The last pin that the kit wrote to a cluster: to what, from what, when, and the commit it was written on; and whether
 * a wave brought it or the cluster joined with it.
 */
export type PinRecord = {
  to: Release
  from: Release | 'none' | 'unknown'
  at: string
  parent: string
  joining?: boolean
}

export type ClusterRecord = {
  pin?: PinRecord
  gate?: GateProgress
  /** Newest first; the second is the predecessor of the first. */
  accepted: readonly Acceptance[]
}

/** Clusters that were pinned by one commit and are judged together. */
export type Batch = { wave: string; clusters: readonly string[]; at: string; parent: string }

/** A person's approval of the release under way, as the gate of a wave asks for it: for which environment, who, when. */
export type Approval = { wave: string; environment: string; by: string; at: string; run: string }

/** Where the release under way stands. `held` waits for a person or a newer release. */
export type Phase = 'promoting' | 'held' | 'promoted' | 'rolling-back' | 'rolled-back' | 'rollback-failed'

/**
 * A rollback: what was put back where, and where nothing could be because nothing was accepted there before. `kept`:
 * clusters that a person did not choose, which keep what they hold, so that the fleet runs more than one release.
 */
export type Rollback = {
  at: string
  reason: string
  clusters: readonly string[]
  stuck: readonly string[]
  kept?: readonly string[]
}

export type UnderWay = {
  release: Release
  admittedAt: string
  run: string
  phase: Phase
  reason?: string
  /** The cluster whose gate it did not pass, where that is why it went back or is held. */
  blamed?: string
  batch?: Batch
  /** They end with it: what takes its place, or comes back later, needs its own. */
  approvals?: readonly Approval[]
  rollback?: Rollback
}

/** `apps/<app>/release.yaml`: all that the kit knows of an app between two steps. A value; never changed in place. */
export type ReleaseRecord = {
  app: string
  next?: Admission
  current?: UnderWay
  /** What was admitted, newest first, to tell newer from older. */
  admitted: readonly Release[]
  suspended?: { at: string; by: string; reason: string }
  /** The release before this one gave way after its canary had passed; this one will not. */
  yieldedAfterCanary: boolean
  clusters: Readonly<Record<string, ClusterRecord>>
}

export function emptyRecord(app: string): ReleaseRecord {
  return { app, admitted: [], yieldedAfterCanary: false, clusters: {} }
}

/** How many acceptances of a cluster and admissions of an app the record keeps. */
const kept = 10

export function clusterRecord(record: ReleaseRecord, cluster: string): ClusterRecord {
  return (Object.hasOwn(record.clusters, cluster) ? record.clusters[cluster] : undefined) ?? { accepted: [] }
}

/** The record with one cluster's part changed. */
export function withCluster(
  record: ReleaseRecord,
  cluster: string,
  change: (entry: ClusterRecord) => ClusterRecord,
): ReleaseRecord {
  return { ...record, clusters: { ...record.clusters, [cluster]: change(clusterRecord(record, cluster)) } }
}

/** The record with its open batch ended by something else than a verdict: what is pinned stays, unaccepted. */
export function withoutBatch(record: ReleaseRecord): ReleaseRecord {
  const { current } = record
  if (!current?.batch) return record
  const { batch, ...rest } = current
  const closed: ReleaseRecord = { ...record, current: rest }
  const end = ({ gate: _over, ...entry }: ClusterRecord): ClusterRecord => entry
  return batch.clusters.reduce((after, cluster) => withCluster(after, cluster, end), closed)
}

/** The record without what waits as `next` if that is one of these: what goes back must not come again by itself. */
export function withoutNext(record: ReleaseRecord, going: readonly Release[]): ReleaseRecord {
  const { next, ...rest } = record
  return next && going.some(release => sameRelease(release, next.release)) ? rest : record
}

/** Adds an acceptance as the newest; an older one of the same release gives way to it. Its gate is over. */
export function accept({ gate: _over, ...entry }: ClusterRecord, acceptance: Acceptance): ClusterRecord {
  const before = entry.accepted.filter(({ release }) => !sameRelease(release, acceptance.release))
  return { ...entry, accepted: [acceptance, ...before].slice(0, kept) }
}

/** Adds a release as the newest admitted. */
export function admitted(record: ReleaseRecord, release: Release): readonly Release[] {
  return [release, ...record.admitted.filter(older => !sameRelease(older, release))].slice(0, kept)
}
