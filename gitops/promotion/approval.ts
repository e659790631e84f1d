import { type Wave, waveClusters } from '../fleet/index.ts'
import { settledOn } from './clusters.ts'
import { oneLine } from './commit.ts'
import { iso } from './context.ts'
import { suspendedStop } from './endings.ts'
import { nextBatch } from './next-batch.ts'
import type { ApprovalWish, Stop } from './outcome.ts'
import { quarantined } from './quarantine.ts'
import type { Approval, ReleaseRecord, UnderWay } from './record.ts'
import { exactNameOf, nameRelease, namesRelease, type Release, sameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'
import { settledStop } from './watch-rollback.ts'

/** What a person approves: the gate of a wave, for the release that is named, or else for the one under way. */
export type Approving = {
  wave: string
  /**
   * An exact name or a digest, or a tag or name in `release.yaml` that no other admitted release has: nothing is approved
   * unless it is what is under way.
   */
  release?: string
  by: string
}

/** What becomes of it. `given`: it was approved before, as when a job is run again. */
export type ApprovalDecision =
  | { kind: 'approve'; release: Release; environment: string }
  | { kind: 'given' }
  | { kind: 'stop'; stop: Stop }

/** The approval of a wave's gate for a release under way, or undefined while there is none. */
export function approvalOf({ approvals = [] }: Pick<UnderWay, 'approvals'>, { name }: Wave): Approval | undefined {
  return approvals.find(({ wave }) => wave === name)
}

/** The approval that the release under way waits for, with everything else of its gate fulfilled; undefined for none. */
export function awaitedApproval(state: State, rules: Rules): ApprovalWish | undefined {
  const { current, suspended } = state.record
  if (!current || current.batch || suspended) return undefined
  if (current.phase !== 'promoting' && current.phase !== 'promoted') return undefined
  const candidate = nextBatch(state, current, rules)
  if (candidate.kind !== 'unapproved') return undefined
  return { wave: candidate.wave.name, environment: candidate.environment, release: current.release }
}

/**
 * The wave whose gate asks for an approval that this release lacks before it may go to a cluster: one before the
 * cluster's own, or its own once another cluster of it has the release. Undefined when nothing is lacking.
 */
export function lackingApproval(state: State, cluster: string, release: Release): Wave | undefined {
  const { pipeline, fleet, record } = state
  const given = record.current && sameRelease(record.current.release, release) ? record.current : {}
  for (const wave of pipeline.waves) {
    const clusters = waveClusters(wave, fleet.clusters)
    const isOwn = clusters.some(({ name }) => name === cluster)
    const asks = !isOwn || clusters.some(each => each.name !== cluster && settledOn(state, each, release))
    if (asks && wave.gate.approval && !approvalOf(given, wave)) return wave
    if (isOwn) return undefined
  }
  return undefined
}

/**
 * Decides whether a person's approval may be recorded: only while it is what the release under way waits for, and only
 * if that is the release the person meant. What took its place, or went back meanwhile, needs an approval of its own.
 */
export function decideApproval(state: State, { wave, release }: Approving, rules: Rules): ApprovalDecision {
  const { current, suspended } = state.record
  if (suspended) return halt(suspendedStop(state))
  if (!current) return halt(refusal('nothing was admitted yet', 'Offer an image'))
  const what = nameRelease(current.release)
  if (release !== undefined && !namesRelease(release, current.release)) {
    const reason = `the approval is for ${release}, and ${what}, ${exactNameOf(current.release)}, is under way: nothing was approved`
    return halt({ kind: 'superseded', reason, cure: 'Approve what is under way, once it waits for it' })
  }
  const meant = release === undefined ? [] : admittedAs(release, state.record, current.release)
  if (meant.length > 1) {
    const names = meant.map(exactNameOf).join(', ')
    return halt(
      refusal(`${release} names ${meant.length} releases: nothing was approved`, `Name one of them: ${names}`),
    )
  }
  if (current.phase !== 'promoting' && current.phase !== 'promoted') return halt(settledStop(current))
  const refused = quarantined(state.quarantine, current.release)
  if (refused) return halt(refusal(`${what} is in quarantine: ${refused.reason}`, 'Offer a fix'))
  if (current.approvals?.some(each => each.wave === wave)) return { kind: 'given' }
  const awaited = awaitedApproval(state, rules)
  if (awaited?.wave === wave) {
    return { kind: 'approve', release: current.release, environment: awaited.environment }
  }
  const waits = awaited ? `it waits for that of wave ${awaited.wave}` : 'it waits for none'
  return halt(
    refusal(`${what} does not wait for an approval of wave ${wave}: ${waits}`, 'Approve it once `promote` asks for it'),
  )
}

/** What a text names of the release under way and those that were admitted. */
function admittedAs(text: string, { admitted }: ReleaseRecord, current: Release): Release[] {
  const others = admitted.filter(release => !sameRelease(release, current))
  return [current, ...others].filter(release => namesRelease(text, release))
}

/** The release under way with one more approval, which is evidence: who gave it, when and through which run. */
export function approvalEdit(
  { record }: State,
  { release, environment }: Extract<ApprovalDecision, { kind: 'approve' }>,
  { wave, by, at, run }: { wave: string; by: string; at: number; run: string },
): Edit {
  const { current } = record
  const approval: Approval = { wave, environment, by: oneLine(by), at: iso(at), run }
  return {
    record: {
      ...record,
      ...(current && { current: { ...current, approvals: [...(current.approvals ?? []), approval] } }),
    },
    title: `approve ${nameRelease(release)} after ${wave}`,
    reason: `approved by ${by} for environment ${environment}`,
    wave,
    release,
  }
}

/** Records an approval by compare-and-swap; after a lost race it is decided again on what is under way then. */
export async function approve(
  session: Session,
  approving: Approving,
): Promise<{ kind: 'stop'; stop: Stop } | { kind: 'carry'; dryRun?: string }> {
  const { wave, by } = approving
  for (;;) {
    const state = await session.read()
    const decision = session.rules.decideApproval(state, approving, session.rules)
    if (decision.kind === 'stop') return decision
    if (decision.kind === 'given') return { kind: 'carry' }
    const edit = approvalEdit(state, decision, { wave, by, at: session.clock.now(), run: session.run })
    if (session.dryRun) return { kind: 'carry', dryRun: `would ${edit.title}` }
    if (await session.write(state, edit)) return { kind: 'carry' }
  }
}

const refusal = (reason: string, cure: string): Stop => ({ kind: 'refused', reason, cure })
const halt = (stop: Stop): ApprovalDecision => ({ kind: 'stop', stop })
