import type { Cluster, Gate } from '../fleet/index.ts'
import { waveOf } from './clusters.ts'
import type { Context } from './context.ts'
import { pinKey } from './observations.ts'
import type { Stop } from './outcome.ts'
import { holds } from './pins.ts'
import { clusterRecord, type Phase, type Rollback, type UnderWay } from './record.ts'
import { nameRelease } from './release.ts'
import { clusterOf } from './state.ts'
import { type HealthWish, type Step, stop, write } from './step.ts'

type Restored = { cluster: Cluster; wish: HealthWish; timeout: number }

/**
 * Watches what a rollback restored until it is healthy everywhere, or `healthy.timeout` after the rollback. A rollback
 * that failed is looked at again by every later run, and is over once the clusters are healthy after all.
 */
export function watchRollback(context: Context, current: UnderWay, rollback: Rollback): Step {
  const { seen, now } = context
  const restored = restoredClusters(context, rollback)
  const unseen = restored.filter(({ wish }) => !seen.health.has(wish.key))
  if (unseen.length > 0) {
    return { kind: 'watch', reason: 'looking at the rollback', health: unseen.map(({ wish }) => wish), analyses: [] }
  }
  const sick = restored.filter(({ wish }) => !isHealthy(context, wish.key))
  if (sick.length === 0) return write(settle(context, current, rollback.stuck.length > 0 ? 'held' : 'rolled-back'))
  const names = sick.map(({ cluster }) => cluster.name).join(', ')
  const limit = Date.parse(rollback.at) + Math.max(...sick.map(({ timeout }) => timeout))
  const reason = `rolled back, and ${names} is not healthy: ${reasons(context, sick)}`
  if (current.phase === 'rollback-failed') return stop(failure(reason))
  if (now > limit) return write({ ...settle(context, sickened(current, reason), 'rollback-failed'), reason })
  return { kind: 'watch', reason, health: sick.map(({ wish }) => wish), analyses: [] }
}

/** The release with what is wrong with its rollback added to why it went back. */
function sickened(current: UnderWay, reason: string): UnderWay {
  return { ...current, reason: current.reason === undefined ? reason : `${current.reason}; ${reason}` }
}

function failure(reason: string): Stop {
  return { kind: 'rollback-failed', reason, cure: 'Look at the clusters: what was good there before is not now' }
}

function settle({ state }: Context, current: UnderWay, phase: Phase) {
  const { release, rollback } = current
  const stuck = rollback?.stuck ?? []
  const reason =
    stuck.length > 0
      ? `${current.reason ?? 'rolled back'}; nothing was accepted before on ${stuck.join(', ')}, so ${nameRelease(release)} stays there`
      : current.reason
  return {
    record: { ...state.record, current: { ...current, phase, ...(reason !== undefined && { reason }) } },
    title:
      phase === 'rollback-failed'
        ? `rollback of ${nameRelease(release)} failed`
        : `${nameRelease(release)} is rolled back${where(current)}`,
    release,
  }
}

/** Clusters that run, and still hold what was restored. */
function restoredClusters(context: Context, rollback: Rollback): Restored[] {
  const { state } = context
  return rollback.clusters.flatMap(name => {
    const cluster = clusterOf(state, name)
    const pin = clusterRecord(state.record, name).pin
    const gate = waveOf(state, name)?.gate ?? state.pipeline.waves[0]?.gate
    if (!cluster || cluster.state === 'inactive' || !pin || !gate || !holds(state.pinned(name), pin.to)) return []
    return [{ cluster, timeout: gate.healthy.timeout, wish: wishFor(context, cluster, gate, pin) }]
  })
}

function wishFor(
  { state }: Context,
  cluster: Cluster,
  gate: Gate,
  pin: { to: { repository: string; tag: string; digest: string }; at: string; parent: string },
): HealthWish {
  const { repository, tag, digest } = pin.to
  return {
    key: pinKey(cluster.name, pin),
    query: {
      app: state.app,
      cluster,
      image: { repository, tag, digest },
      pinned: { commit: state.tree.commit, at: Date.parse(pin.at) },
      gate,
    },
  }
}

function isHealthy({ seen }: Context, key: string): boolean {
  const health = seen.health.get(key)
  return health?.kind === 'healthy' || health?.kind === 'scaled-to-zero'
}

function reasons({ seen }: Context, sick: readonly Restored[]): string {
  return sick
    .map(({ wish }) => seen.health.get(wish.key))
    .map(health => (health && 'reason' in health ? health.reason : 'not seen'))
    .join('; ')
}

function where({ rollback }: UnderWay): string {
  return rollback?.kept ? ` on ${rollback.clusters.join(', ')}` : ''
}

/** What a settled release means for a run that finds it so. */
export function settledStop(current: UnderWay): Stop {
  const what = nameRelease(current.release)
  switch (current.phase) {
    case 'promoted':
      return { kind: 'promoted', reason: `${what} is on every active cluster` }
    case 'held':
      return {
        kind: 'blocked',
        reason: `${what} is held: ${current.reason ?? 'no reason was recorded'}`,
        cure: 'Offer a fix, resume it, or roll it back',
      }
    case 'rolled-back':
      return {
        kind: 'rolled-back',
        reason: `${what} was rolled back${where(current)}: ${current.reason ?? 'no reason was recorded'}`,
      }
    case 'rollback-failed':
      return failure(current.reason ?? 'the rollback failed')
    case 'promoting':
    case 'rolling-back':
      return { kind: 'waiting', reason: `${what} is ${current.phase}` }
  }
}
