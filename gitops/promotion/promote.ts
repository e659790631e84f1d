import type { Clock, Log } from '../../host/index.ts'
import { type Repository, RepositoryUnreachableError } from '../repository/index.ts'
import type { Offer } from './admission.ts'
import { type Admitted, admitOffer } from './admit.ts'
import { type Analyses, playAnalyses } from './analyses.ts'
import { type Approving, approve } from './approval.ts'
import { brings, requireAskable } from './askable.ts'
import { settledOn } from './clusters.ts'
import { describe, idle, ownStop } from './endings.ts'
import { giveBack, giveBackAfterFault } from './leave.ts'
import { look } from './look.ts'
import { analysisKey, type Observations } from './observations.ts'
import type { Outcome, Stop } from './outcome.ts'
import type { Ancestry, Judge, Observer } from './ports.ts'
import { nameRelease, type Release } from './release.ts'
import { outcomeOf } from './report.ts'
import type { Rules } from './rules.ts'
import { openSession, type Session } from './session.ts'
import type { State } from './state.ts'
import { settledStop } from './watch-rollback.ts'

/** What promotion asks of the world. */
export type Ports = {
  repository: Repository
  observer: Observer
  judge: Judge
  ancestry: Ancestry
  clock: Clock
  log: Log
}

export type Promotion = {
  app: string
  /** Names this run in the record and the trailers; no two runs may share it, not even two attempts of one job. */
  run: string
  /** An image to admit; without one, a changed `base/` is admitted, or what is under way goes on. */
  offer?: Offer
  /** Admits the offer by name, whatever its age. Quarantine still refuses it. */
  redeploy?: boolean
  /** Records a person's approval first, and admits nothing; quarantine, order and evidence hold as ever. */
  approve?: Approving
  /** Admits nothing and promotes nothing: only watches the rollback that is under way, until it is over. */
  watchOnly?: boolean
  /** Only writes `next`, or the approval; another run carries it. */
  admitOnly?: boolean
  /** When this run must be over (milliseconds since the epoch): it then stops as `waiting`. */
  until?: number
  /** Stops as `waiting` once this wave, and so every wave before it, has accepted the release under way. */
  untilWave?: string
  /** Says what would be written first, and writes nothing. */
  dryRun?: boolean
  /** Milliseconds between two looks at HEAD and at health: at most 30 s, 10 s by default. */
  poll?: number
  signal?: AbortSignal
  rules?: Rules
}

/**
 * Carries an app's releases: admits what is offered, then reads HEAD, plans, writes by compare-and-swap or looks at the
 * clusters, and plans again, until there is nothing more to do, `until`, or the signal. Killed anywhere, the next run
 * goes on from the record. Rejects with a ConfigurationError for a user's mistake, with a RepositoryUnreachableError
 * when the repository stays out of reach, and with the signal's reason when it is aborted. A fault that is not one of the
 * world gives back the attempts of the analyses it cuts short; a run that is cancelled or killed has used them up.
 */
export async function promote(promotion: Promotion, ports: Ports): Promise<Outcome> {
  const { run, offer, redeploy = false, signal = new AbortController().signal } = promotion
  const session = openSession(promotion, ports, signal)
  const asked = promotion.admitOnly ? { judge: ports.judge } : ports // another run brings an observer of its own
  const admitted: Admitted = promotion.approve
    ? await approve(session, promotion.approve)
    : promotion.watchOnly
      ? { kind: 'carry' }
      : await admitOffer(session, offer, redeploy, state => requireAskable(state, asked))
  const end = async (stop: Stop, own?: Release) => outcomeOf(session, await session.read(), ports.repository, stop, own)
  if (admitted.kind === 'stop') return end(admitted.stop)
  const { release: own, dryRun } = admitted
  if (dryRun !== undefined) return end({ kind: 'nothing-to-do', reason: `dry run: ${dryRun}` }, own)
  if (promotion.admitOnly) {
    const what = own ? nameRelease(own) : 'what was admitted before'
    const done = promotion.approve ? `wave ${promotion.approve.wave} is approved` : `${what} is admitted`
    return end({ kind: 'waiting', reason: `${done}, for the next run to carry` }, own)
  }
  const seen: Observations = {
    run,
    observer: ports.observer.name,
    health: new Map(),
    brokenAt: new Map(),
    brokenSince: new Map(),
    undecidedAt: new Map(),
    syncedAt: new Map(),
    judged: new Map(),
    unmeasured: new Map(),
    inherited: new Set(),
  }
  const analyses = playAnalyses(ports.judge, ports.clock, ports.log, seen)
  try {
    const { stop, state } = await carry({ promotion, ports, session, seen, analyses, signal, ...(own && { own }) })
    return await outcomeOf(session, state, ports.repository, stop, own)
  } catch (error) {
    analyses.stop()
    if (!signal.aborted && !(error instanceof RepositoryUnreachableError)) {
      await giveBackAfterFault(session, seen, ports.log)
    }
    throw error
  } finally {
    analyses.stop()
  }
}

type Carrying = {
  promotion: Promotion
  ports: Ports
  session: Session
  seen: Observations
  analyses: Analyses
  signal: AbortSignal
  own?: Release
}

/** HEAD is read again at least this often while a run waits or measures: milliseconds. */
const longestPause = 30_000

async function carry(carrying: Carrying): Promise<{ stop: Stop; state: State }> {
  const { promotion, ports, session, seen, signal, analyses, own } = carrying
  const { clock } = ports
  let state = await session.read()
  seen.inherited = underWay(state)
  let active = false
  let said: string | undefined
  for (;;) {
    const readAt = clock.now()
    const overtaken = own && ownStop(state, own, session.rules)
    if (overtaken) return { stop: overtaken, state }
    if (promotion.watchOnly && state.record.current?.phase !== 'rolling-back') return { stop: watched(state), state }
    if (promotion.untilWave !== undefined && isPast(state, promotion.untilWave, session.rules)) {
      const reason = `wave ${promotion.untilWave} has passed, which is as far as this run was to go`
      return { stop: { kind: 'waiting', reason, cure: 'Run it again to go on' }, state }
    }
    const step = await look(ports, state, seen, session.rules, signal)
    if (promotion.dryRun) return { stop: describe(step), state }
    switch (step.kind) {
      case 'stop':
        return { stop: active || session.commits.length > 0 ? step.stop : idle(step.stop, own), state }
      case 'write':
        if (brings(step.edit)) requireAskable(state, ports)
        await session.write(state, step.edit)
        break
      case 'watch': {
        active = true
        analyses.reconcile(step.analyses)
        const { until } = promotion
        const notBefore = step.notBefore
        const now = clock.now()
        if (until !== undefined && (now >= until || (notBefore ?? now) > until)) {
          const edit = giveBack(state, seen, session.rules)
          if (edit) await session.write(state, edit)
          const stop: Stop = { kind: 'waiting', reason: step.reason, cure: 'Run it again to go on' }
          return { stop: { ...stop, ...(notBefore !== undefined && { notBefore }) }, state }
        }
        if (step.reason !== said) ports.log.info(step.reason)
        said = step.reason
        const nextRead = readAt + longestPause - now // looking has taken its time of it
        await pause(carrying, Math.min(promotion.poll ?? 10_000, nextRead, (until ?? Infinity) - now))
      }
    }
    signal.throwIfAborted()
    state = await session.read()
  }
}

function watched({ record: { current } }: State): Stop {
  return current ? settledStop(current) : { kind: 'nothing-to-do', reason: 'nothing was ever promoted' }
}

/** Whether the release under way is accepted on every cluster of the waves up to this one, and stands there. */
function isPast(state: State, wave: string, rules: Rules): boolean {
  const { current } = state.record
  if (current?.phase !== 'promoting' || current.batch) return false
  const { waves } = state.pipeline
  const last = waves.findIndex(({ name }) => name === wave)
  const clusters = waves.slice(0, last + 1).flatMap(each => rules.receiving(state, each))
  return clusters.length > 0 && clusters.every(cluster => settledOn(state, cluster, current.release))
}

/** Sleeps, but not past the end of an analysis. */
async function pause({ ports, analyses, signal }: Carrying, ms: number): Promise<void> {
  const waking = new AbortController()
  const asleep = ports.clock.sleep(Math.max(0, ms), AbortSignal.any([waking.signal, signal]))
  asleep.catch(() => {}) // being woken is no failure; an aborted run is noticed by its own signal
  try {
    await Promise.race([asleep, analyses.nextEnd()])
  } finally {
    waking.abort()
  }
}

function underWay({ record }: State): Set<string> {
  const keys = Object.entries(record.clusters).flatMap(([cluster, { gate }]) =>
    gate?.running ? [analysisKey(cluster, gate.attempts, gate.running)] : [],
  )
  return new Set(keys)
}
