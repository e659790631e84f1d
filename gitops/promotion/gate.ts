import type { Cluster, Gate } from '../fleet/index.ts'
import { type Context, iso } from './context.ts'
import { analysisKey, pinKey } from './observations.ts'
import { playing } from './playing.ts'
import type { HealthQuery } from './ports.ts'
import { type Acceptance, type Batch, clusterRecord, type GateProgress, type UnderWay } from './record.ts'
import type { AnalysisWish, HealthWish } from './step.ts'

/** Where the gate of one cluster of the open batch stands. */
export type GateView =
  | { kind: 'passed'; acceptance: Acceptance }
  /** A verdict: roll back, and refuse it from now on. */
  | { kind: 'bad'; reason: string }
  /** No verdict, and no time or attempts left for one. */
  | { kind: 'exhausted'; reason: string }
  /** Progress to be written before going on. */
  | { kind: 'record'; progress: GateProgress; reason: string }
  | { kind: 'watch'; reason: string; health: HealthWish; analysis?: AnalysisWish; notBefore?: number }

/** How long after an analysis that could not measure the next one starts, in milliseconds. */
const pause = 30_000

/** The gate's record once an analysis starts: it counts from now on, so that killing it does not roll the dice again. */
export function countAttempt(progress: GateProgress, running: { run: string; at: string }): GateProgress {
  return { ...progress, attempts: progress.attempts + 1, running }
}

/**
 * Judges one cluster of the open batch from what this run sees now and what the record says: healthy, then analysed
 * and soaked side by side.
 */
export function judgeCluster(
  context: Context,
  current: UnderWay,
  batch: Batch,
  cluster: Cluster,
  gate: Gate,
): GateView {
  const { state, seen, now, rules } = context
  const progress = clusterRecord(state.record, cluster.name).gate ?? { attempts: 0 }
  const key = pinKey(cluster.name, batch)
  const query: HealthQuery = {
    app: state.app,
    cluster,
    image: imageOf(current),
    pinned: { commit: state.tree.commit, at: Date.parse(batch.at) },
    gate,
  }
  const wish: HealthWish = { key, query }
  const deadline = Date.parse(batch.at) + gate.deadline
  const again = (reason: string, more: { analysis?: AnalysisWish; notBefore?: number } = {}): GateView =>
    now >= deadline
      ? { kind: 'exhausted', reason: `${cluster.name}: no verdict before the deadline; ${reason}` }
      : { kind: 'watch', reason: `${cluster.name}: ${reason}`, health: wish, ...more }
  const health = seen.health.get(key)
  if (!health) {
    const analysis = playing(context, current, cluster, gate, progress)
    return { kind: 'watch', reason: `${cluster.name}: looking`, health: wish, ...(analysis && { analysis }) }
  }
  const syncedAt = seen.syncedAt.get(key)
  // what was healthy in time and is not now has the same time again, from when this run first saw it
  const brokenSince = progress.healthySince === undefined ? 0 : (seen.brokenSince.get(key) ?? 0)
  const decidedAt = seen.undecidedAt.get(key) ?? 0 // and so has what a person let go on
  const verdict = rules.weighHealth(health, {
    now,
    timeout: gate.healthy.timeout,
    ...(syncedAt !== undefined && { syncedAt: Math.max(syncedAt, brokenSince, decidedAt) }),
  })
  if (verdict.kind === 'bad') return { kind: 'bad', reason: `${cluster.name}: ${verdict.reason}` }
  if (verdict.kind === 'again') {
    const analysis = playing(context, current, cluster, gate, progress)
    return again(verdict.reason, analysis && { analysis })
  }
  const healthy: GateProgress = { ...progress, healthySince: progress.healthySince ?? iso(now) }
  if (gate.analysis && !progress.passed) {
    if (!verdict.measurable) return again('no replica is desired, so there is nothing to analyse')
    return judgeAnalysis(context, current, batch, cluster, gate, healthy, again)
  }
  return judgeSoak(context, current, batch, cluster, gate, healthy, again)
}

type Again = (reason: string, more?: { analysis?: AnalysisWish; notBefore?: number }) => GateView

function judgeAnalysis(
  context: Context,
  current: UnderWay,
  batch: Batch,
  cluster: Cluster,
  gate: Gate,
  progress: GateProgress,
  again: Again,
): GateView {
  const { seen, now, rules } = context
  const { running, attempts } = progress
  const key = running && analysisKey(cluster.name, attempts, running)
  const owner = running && key !== undefined ? rules.ownerOf(running, key, seen) : 'gone'
  if (running && owner === 'other') return again(`run ${running.run} analyses it`)
  let last = running ? 'the run that analysed it is gone' : 'not analysed yet'
  const wish = playing(context, current, cluster, gate, progress)
  if (wish && gate.analysis) {
    const ended = seen.judged.get(wish.key)
    const before = seen.unmeasured.get(wish.key)
    if (!ended) return again(before === undefined ? 'being analysed' : `analysed again; ${before}`, { analysis: wish })
    const verdict = rules.weighAnalysis(ended.judgement, gate.analysis)
    switch (verdict.kind) {
      case 'bad':
        return { kind: 'bad', reason: `${cluster.name}: ${verdict.reason}` }
      case 'passed': {
        const { message, requests } = ended.judgement
        const passed = { message, ...(requests !== undefined && { requests }) }
        const { running: _over, ...rest } = progress
        const soaked = judgeSoak(context, current, batch, cluster, gate, { ...rest, passed }, again)
        if (soaked.kind === 'passed') return soaked
        return { kind: 'record', progress: { ...rest, passed }, reason: `${cluster.name}: analysis passed` }
      }
      case 'again':
        if (!verdict.counts)
          return again(verdict.reason, { analysis: { ...wish, after: ended.at + pause, again: verdict.reason } })
        last = verdict.reason
    }
  }
  if (attempts >= gate.attempts) {
    return { kind: 'exhausted', reason: `${cluster.name}: no verdict after ${attempts} analyses; ${last}` }
  }
  const waited = again(last)
  if (waited.kind === 'exhausted') return waited
  const started = rules.countAttempt(progress, { run: seen.run, at: iso(now) })
  return {
    kind: 'record',
    progress: started,
    reason: `${cluster.name}: analysis ${started.attempts} of ${gate.attempts}`,
  }
}

function judgeSoak(
  { seen, now, state }: Context,
  current: UnderWay,
  batch: Batch,
  cluster: Cluster,
  gate: Gate,
  progress: GateProgress,
  again: Again,
): GateView {
  const key = pinKey(cluster.name, batch)
  const since = progress.healthySince ?? iso(now)
  const soaked = Math.max(Date.parse(since), seen.brokenAt.get(key) ?? 0) + gate.soak
  if (now < soaked) {
    const recorded = clusterRecord(state.record, cluster.name).gate?.healthySince
    if (recorded === undefined) return { kind: 'record', progress, reason: `${cluster.name}: healthy, soaking` }
    return again(`healthy, soaking until ${iso(soaked)}`, { notBefore: soaked })
  }
  const health = seen.health.get(key)
  const proof = health?.kind === 'healthy' || health?.kind === 'scaled-to-zero' ? health : undefined
  return {
    kind: 'passed',
    acceptance: {
      release: current.release,
      how: 'passed',
      at: iso(now),
      evidence: {
        wave: batch.wave,
        observer: seen.observer,
        provesSync: proof?.provesSync ?? false,
        healthySince: since,
        health: proof?.detail ?? '',
        ...(progress.passed && { analysis: progress.passed }),
      },
    },
  }
}

function imageOf({ release: { repository, tag, digest } }: UnderWay) {
  return { repository, tag, digest }
}
