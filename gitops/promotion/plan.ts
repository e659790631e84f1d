import { advance } from './advance.ts'
import { judgeBatch } from './batch.ts'
import { overrideOn } from './clusters.ts'
import { type Context, iso } from './context.ts'
import { suspendedStop } from './endings.ts'
import { join } from './joining.ts'
import type { Observations } from './observations.ts'
import type { Stop } from './outcome.ts'
import type { UnderWay } from './record.ts'
import { nameRelease, sameRelease } from './release.ts'
import { rollbackEdit } from './rollback.ts'
import { protocol, type Rules } from './rules.ts'
import type { State } from './state.ts'
import { type Step, stop, write } from './step.ts'
import { settledStop, watchRollback } from './watch-rollback.ts'

/**
 * The next step for an app, or the reason why there is none: a pure function of the tree at HEAD, what this run has
 * seen, and the time (milliseconds). Throws a ConfigurationError when a file it needs is wrong.
 */
export function plan(state: State, seen: Observations, now: number, rules: Rules = protocol): Step {
  const context: Context = { state, seen, now, rules }
  const { current, suspended } = state.record
  if (current?.phase === 'rolling-back' && current.rollback) return watchRollback(context, current, current.rollback)
  if (suspended) return stop(suspendedStop(state))
  if (current?.phase === 'promoting') {
    const refused = rules.quarantined(state.quarantine, current.release)
    if (refused) return write(withdrawn(context, current, refused.reason))
    if (current.batch) return judgeBatch(context, current, current.batch)
  }
  const step = advance(context)
  if (step && step.kind !== 'stop') return step
  const joining = join(context)
  if (joining?.kind === 'write') return joining
  if (joining?.kind === 'watch' && step?.kind === 'stop' && step.stop.approval) return joining // people take their time
  if (step ?? joining) return step ?? joining ?? stop(nothing(state))
  if (current?.phase === 'rollback-failed' && current.rollback) return watchRollback(context, current, current.rollback)
  return stop(current ? settled(state, current) : nothing(state))
}

/** A release that was put in quarantine while it was under way goes as if it had failed. */
function withdrawn({ state, now, rules }: Context, current: UnderWay, why: string) {
  const { release, admittedAt, run } = current
  const cause = { at: iso(now), reason: `in quarantine: ${why}`, quarantine: state.quarantine, admittedAt, run }
  return rollbackEdit(state, release, cause, rules)
}

/** What is settled, and where a person has set another release since. */
function settled(state: State, current: UnderWay): Stop {
  const overridden = state.fleet.clusters.flatMap(({ name, state: stage }) => {
    const release = stage === 'active' ? overrideOn(state, name)?.release : undefined
    return release && !sameRelease(release, current.release) ? [`${name} has ${nameRelease(release)}`] : []
  })
  if (current.phase !== 'promoted' || overridden.length === 0) return settledStop(current)
  const what = nameRelease(current.release)
  return { kind: 'promoted', reason: `${what} was promoted; since then, by override, ${overridden.join(', ')}` }
}

function nothing({ app }: State): Stop {
  return { kind: 'nothing-to-do', reason: `nothing was admitted for ${app} yet`, cure: 'Offer an image' }
}
