import type { Cluster } from '../fleet/index.ts'
import { type Context, iso } from './context.ts'
import { pinOrMake } from './new-folder.ts'
import { type Candidate, nextBatch } from './next-batch.ts'
import type { Stop } from './outcome.ts'
import { asRelease, holds } from './pins.ts'
import { type ClusterRecord, clusterRecord, type ReleaseRecord, type UnderWay, withCluster } from './record.ts'
import { nameRelease, sameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import { canariesOf, type SlotWish } from './slots.ts'
import type { State } from './state.ts'
import { type Edit, type Step, stop, waitFor, write } from './step.ts'

/** A release that could go on now, and the clusters it would go to. */
type Intention = { underWay: UnderWay; begins: boolean; candidate: Candidate }

/**
 * The next batch, with no batch open: of `next` when the release under way gives way to it, otherwise of the release
 * under way. What cannot begin (blocked, or a slot is taken) leaves the turn to the other. Undefined when neither is
 * there to go on.
 */
export function advance(context: Context): Step | undefined {
  const { state, rules } = context
  const steps = intentions(state, rules).map(intention => attempt(context, intention))
  return steps.find(({ kind }) => kind === 'write') ?? steps.find(({ kind }) => kind === 'watch') ?? steps[0]
}

/** The batch that follows from supersession without delay: only of `next`, and only if it can be written now. */
export function takeOver(context: Context): Step | undefined {
  const { state, rules } = context
  const begun = beginning(state, rules)
  const step = begun && attempt(context, begun)
  return step?.kind === 'write' ? step : undefined
}

function intentions(state: State, rules: Rules): Intention[] {
  const going = goingOn(state, rules)
  const begun = beginning(state, rules)
  if (!going || !begun) return [going ?? begun].filter(intention => intention !== undefined)
  return rules.mayYield(state, going.candidate) ? [begun, going] : [going]
}

/** The release under way; once promoted, only when a cluster has come since that can have it. */
function goingOn(state: State, rules: Rules): Intention | undefined {
  const { current } = state.record
  if (current?.phase !== 'promoting' && current?.phase !== 'promoted') return undefined
  const candidate = nextBatch(state, current, rules)
  const settled = candidate.kind === 'complete' || candidate.kind === 'blocked'
  if (current.phase === 'promoted' && settled) return undefined
  return { underWay: current, begins: false, candidate }
}

function beginning(state: State, rules: Rules): Intention | undefined {
  const { next } = state.record
  if (!next || rules.quarantined(state.quarantine, next.release)) return undefined
  const { release, at, run } = next
  const underWay: UnderWay = { release, admittedAt: at, run, phase: 'promoting' }
  return { underWay, begins: true, candidate: nextBatch(state, underWay, rules) }
}

/**
 * The canary clusters that another app would pin now if it could. Throws a ConfigurationError where it cannot, because
 * its files do not take the pin: then it has no right to go first.
 */
export function slotWish(state: State, rules: Rules): SlotWish | undefined {
  const { suspended, current } = state.record
  if (suspended || current?.batch || current?.phase === 'rolling-back') return undefined
  for (const { underWay, candidate } of intentions(state, rules)) {
    if (candidate.kind !== 'batch') continue
    const canaries = canariesOf(candidate.clusters)
    if (canaries.length === 0) continue
    for (const { name } of candidate.clusters) pinOrMake(state, name, underWay.release)
    return { app: state.app, canaries, admittedAt: underWay.admittedAt }
  }
  return undefined
}

function attempt(context: Context, intention: Intention): Step {
  const { candidate, underWay } = intention
  switch (candidate.kind) {
    case 'blocked':
      return stop(candidate.stop)
    case 'unapproved':
      // only what is under way can be approved, be it that its first waves hold it already
      if (intention.begins) return write(begins(context.state, intention))
      return stop(askApproval(underWay, candidate))
    case 'complete':
      return write({
        record: promoted(begun(context.state, intention)),
        title: `${nameRelease(underWay.release)} is promoted`,
        release: underWay.release,
      })
    case 'batch':
      return startBatch(context, intention, candidate)
  }
}

function begins(state: State, intention: Intention): Edit {
  const { release } = intention.underWay
  return { record: begun(state, intention), title: `${nameRelease(release)} is under way`, release }
}

function askApproval({ release }: UnderWay, { wave, environment }: Extract<Candidate, { kind: 'unapproved' }>): Stop {
  return {
    kind: 'waiting',
    reason: `${nameRelease(release)} passed ${wave.name} and waits for an approval, environment ${environment}`,
    cure: `Approve it with \`stovepipe promote --approve ${wave.name}\`, or the input approve of the action`,
    approval: { wave: wave.name, environment, release },
  }
}

function startBatch(
  context: Context,
  intention: Intention,
  { wave, clusters }: Extract<Candidate, { kind: 'batch' }>,
): Step {
  const { state, now, rules } = context
  const { release, admittedAt } = intention.underWay
  const wish = { app: state.app, canaries: canariesOf(clusters), admittedAt }
  const taken = rules.slotTakenBy(state, wish, other => slotWish(other, rules))
  if (taken) return waitFor(`${taken.app} is being judged on canary ${taken.cluster}, or is first in line`)
  const names = clusters.map(({ name }) => name)
  const at = iso(now)
  const parent = state.tree.commit
  const base = begun(state, intention)
  const record = clusters.reduce(
    (after, cluster) => withCluster(after, cluster.name, () => pinnedEntry(state, cluster, intention.underWay, at)),
    base,
  )
  return write({
    record: {
      ...record,
      current: { ...intention.underWay, phase: 'promoting', batch: { wave: wave.name, clusters: names, at, parent } },
    },
    pins: clusters.map(({ name }) => ({ cluster: name, release })),
    title: `${nameRelease(release)} to ${wave.name} (${names.join(', ')})`,
    wave: wave.name,
    release,
  })
}

/** The cluster's part of the record with a batch: the gate starts anew; a pin from before the kit came is adopted. */
function pinnedEntry(state: State, { name }: Cluster, { release }: UnderWay, at: string): ClusterRecord {
  const entry = adopt(state, name, at)
  const pinned = state.pinned(name)
  const already = holds(pinned, release) ? entry.pin?.from : undefined
  const from =
    already ??
    (pinned === undefined
      ? 'none'
      : (entry.accepted.find(each => holds(pinned, each.release))?.release ??
        asRelease(pinned, state.pipeline.image) ??
        'unknown'))
  return { ...entry, pin: { to: release, from, at, parent: state.tree.commit }, gate: { attempts: 0 } }
}

/** A cluster's part of the record; what is pinned on a cluster that the record does not know is adopted. */
export function adopt(state: State, cluster: string, at: string): ClusterRecord {
  const entry = clusterRecord(state.record, cluster)
  if (entry.pin || entry.accepted.length > 0) return entry
  const release = asRelease(state.pinned(cluster), state.pipeline.image)
  return release ? { ...entry, accepted: [{ release, how: 'adopted', at }] } : entry
}

/** The record once a release is the one under way; the one before it, if it was not done, undoes nothing. */
function begun(state: State, { begins, underWay }: Intention): ReleaseRecord {
  if (!begins) return state.record
  const { next: _begins, current, ...rest } = state.record
  const cut = current?.phase === 'promoting' && passedCanary(state, current)
  return { ...rest, current: underWay, yieldedAfterCanary: rest.yieldedAfterCanary || cut }
}

function passedCanary({ record, fleet }: State, { release }: UnderWay): boolean {
  return fleet.clusters.some(({ role, name }) => {
    const [latest] = clusterRecord(record, name).accepted
    return role === 'canary' && sameRelease(latest?.release, release)
  })
}

/** The record of a release that every cluster has accepted. */
export function promoted(record: ReleaseRecord): ReleaseRecord {
  const { current } = record
  if (!current) return record
  const { batch: _closed, reason: _over, ...rest } = current
  return { ...record, current: { ...rest, phase: 'promoted' }, yieldedAfterCanary: false }
}
