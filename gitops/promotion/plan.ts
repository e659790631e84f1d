import { advance } from './advance.ts'
import { judgeBatch } from './batch.ts'
import { type Context, iso } from './context.ts'
import { suspendedStop } from './endings.ts'
import { join } from './joining.ts'
import type { Observations } from './observations.ts'
import type { Stop } from './outcome.ts'
import type { UnderWay } from './record.ts'
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
  return stop(current ? settledStop(current) : nothing(state))
}

/** A release that was put in quarantine while it was under way goes as if it had failed. */
function withdrawn({ state, now, rules }: Context, current: UnderWay, why: string) {
  const { release, admittedAt, run } = current
  const cause = { at: iso(now), reason: `in quarantine: ${why}`, quarantine: state.quarantine, admittedAt, run }
  return rollbackEdit(state, release, cause, rules)
}

function nothing({ app }: State): Stop {
  return { kind: 'nothing-to-do', reason: `nothing was admitted for ${app} yet`, cure: 'Offer an image' }
}
