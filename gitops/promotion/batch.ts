import type { Cluster } from '../fleet/index.ts'
import { promoted, takeOver } from './advance.ts'
import { type Context, iso } from './context.ts'
import { type GateView, judgeCluster } from './gate.ts'
import { editedPin, nextBatch } from './next-batch.ts'
import type { QuarantineEntry } from './quarantine.ts'
import { accept, type Batch, clusterRecord, type UnderWay, withCluster, withoutBatch } from './record.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import { rollbackEdit } from './rollback.ts'
import { clusterOf } from './state.ts'
import { type Edit, type Step, write } from './step.ts'

type Judged = { cluster: string; view: GateView }

/**
 * Judges the open batch. A bad cluster rolls everything back at once; a pin that someone edited ends it; a gate without
 * a verdict in time does what `onTimeout` says; verdicts and starts of gates are written as they come.
 */
export function judgeBatch(context: Context, current: UnderWay, batch: Batch): Step {
  const { state, rules } = context
  const gate = state.pipeline.waves.find(({ name }) => name === batch.wave)?.gate
  if (!gate) return write(closeBatch(context, current, `wave ${batch.wave} is gone from the pipeline`))
  const open = openClusters(context, batch)
  const edited = open.filter(({ name }) => rules.editedByHand(state, name))
  const judged: Judged[] = open
    .filter(cluster => !edited.includes(cluster))
    .map(cluster => ({ cluster: cluster.name, view: judgeCluster(context, current, batch, cluster, gate) }))
  const bad = judged.find(({ view }) => view.kind === 'bad')
  if (bad?.view.kind === 'bad') return write(failed(context, current, batch, bad.cluster, bad.view.reason))
  const looked = judged.every(({ view }) => view.kind !== 'watch' || context.seen.health.has(view.health.key))
  if (edited[0] && looked) {
    const blocked = editedPin(state, edited[0].name)
    return takeOver(context) ?? write(closeBatch(context, current, blocked.reason)) // others may have its slots
  }
  const exhausted = judged.find(({ view }) => view.kind === 'exhausted')
  if (exhausted?.view.kind === 'exhausted')
    return write(timedOut(context, current, batch, exhausted.cluster, exhausted.view.reason))
  if (judged.length === 0) return write(closeBatch(context, current, 'none of its clusters takes releases any more'))
  const undecided = looked && !judged.some(({ view }) => view.kind === 'passed')
  const overtaken = undecided && state.pipeline.supersede === 'immediate' ? takeOver(context) : undefined
  if (overtaken) return overtaken
  const settled = judged.filter(({ view }) => view.kind === 'passed' || view.kind === 'record')
  return settled.length > 0 ? write(verdicts(context, current, batch, judged, settled)) : watchAll(judged)
}

/** The clusters of a batch whose verdict is out and that still take releases. */
function openClusters({ state }: Context, batch: Batch): Cluster[] {
  return batch.clusters
    .filter(name => clusterRecord(state.record, name).gate !== undefined)
    .map(name => clusterOf(state, name))
    .filter(cluster => cluster !== undefined)
    .filter(cluster => cluster.state === 'active')
}

function watchAll(judged: readonly Judged[]): Step {
  const watched = judged.map(({ view }) => view).filter(view => view.kind === 'watch')
  const soaking = watched.map(({ notBefore }) => notBefore)
  const known = soaking.filter(time => time !== undefined)
  return {
    kind: 'watch',
    reason: watched.map(({ reason }) => reason).join('; '),
    health: watched.map(({ health }) => health),
    analyses: watched.flatMap(({ analysis }) => analysis ?? []),
    ...(known.length === soaking.length && known.length > 0 && { notBefore: Math.min(...known) }),
  }
}

/** One commit for all verdicts and starts that are known now; the last verdict closes the batch. */
function verdicts(
  { state, rules }: Context,
  current: UnderWay,
  batch: Batch,
  judged: readonly Judged[],
  settled: readonly Judged[],
): Edit {
  let record = state.record
  const reasons: string[] = []
  const passed: string[] = []
  for (const { cluster, view } of settled) {
    if (view.kind === 'record') {
      reasons.push(view.reason)
      record = withCluster(record, cluster, entry => ({ ...entry, gate: view.progress }))
    }
    if (view.kind === 'passed') {
      passed.push(cluster)
      record = withCluster(record, cluster, entry => accept(entry, view.acceptance))
    }
  }
  const { batch: _closed, ...rest } = current
  if (passed.length === judged.length) record = { ...record, current: rest }
  const complete =
    passed.length === judged.length && nextBatch({ ...state, record }, current, rules).kind === 'complete'
  const title =
    passed.length > 0
      ? `${nameRelease(current.release)} passed ${batch.wave} on ${passed.join(', ')}`
      : `${nameRelease(current.release)} in ${batch.wave}: ${reasons.join('; ')}`
  return {
    record: complete ? promoted(record) : record,
    title,
    ...(reasons.length > 0 && passed.length > 0 && { reason: reasons.join('; ') }),
    wave: batch.wave,
    release: current.release,
  }
}

/**
 * A verdict against the release: roll back and refuse it, or only refuse and hold it where people roll back. What cannot
 * be refused without what was good there before only goes back, and the reason says so.
 */
function failed(context: Context, current: UnderWay, batch: Batch, cluster: string, why: string): Edit {
  const { state, rules, now, seen } = context
  const at = iso(now)
  const before = clusterRecord(state.record, cluster).accepted.find(
    ({ release }) => !sameRelease(release, current.release) && !rules.quarantined(state.quarantine, release),
  )
  const cause = { at, by: `the gate of wave ${batch.wave}, run ${seen.run}`, reason: why }
  const entry = rules.quarantineEntry(current.release, before?.release, cause)
  const reason = entry ? why : `${why}; nothing is refused: ${sameAs(before?.release)}`
  const quarantine: readonly QuarantineEntry[] = entry ? [entry, ...state.quarantine] : state.quarantine
  if (state.pipeline.rollback === 'manual') {
    const { approvals: _withdrawn, ...unapproved } = current
    const held = hold(context, unapproved, batch, cluster, `${reason}; rollback is manual`)
    return { ...held, ...(entry && { quarantine }) }
  }
  const { admittedAt, run } = current
  const edit = rollbackEdit(state, current.release, { at, reason, blamed: cluster, quarantine, admittedAt, run }, rules)
  return { ...edit, wave: batch.wave }
}

function sameAs(before: Release | undefined): string {
  return `it is the same image with the same configuration as ${nameRelease(before)}, which was good there`
}

/** No verdict in time: nothing is refused; the release is held or goes, as the pipeline says. */
function timedOut(context: Context, current: UnderWay, batch: Batch, cluster: string, reason: string): Edit {
  const { state, rules, now } = context
  if (state.pipeline.onTimeout === 'hold') return hold(context, current, batch, cluster, reason)
  const { admittedAt, run } = current
  const cause = { at: iso(now), reason, blamed: cluster, quarantine: state.quarantine, admittedAt, run }
  return { ...rollbackEdit(state, current.release, cause, rules), wave: batch.wave }
}

function hold({ state }: Context, current: UnderWay, batch: Batch, blamed: string, reason: string): Edit {
  const { batch: _closed, ...rest } = current
  return {
    record: { ...withoutBatch(state.record), current: { ...rest, phase: 'held', reason, blamed } },
    title: `${nameRelease(current.release)} is held in ${batch.wave}`,
    reason,
    wave: batch.wave,
    release: current.release,
  }
}

/** Ends a batch that no verdict can end. What is pinned stays, unaccepted. */
function closeBatch({ state }: Context, current: UnderWay, reason: string): Edit {
  return {
    record: withoutBatch(state.record),
    title: `${nameRelease(current.release)}: the batch is over`,
    reason,
    release: current.release,
  }
}
