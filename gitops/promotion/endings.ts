import type { Stop } from './outcome.ts'
import { nameRelease, type Release, sameRelease } from './release.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'
import type { Step } from './step.ts'

/** Why a run that brought a release of its own has nothing more to do for it, if so. */
export function ownStop({ record, quarantine }: State, own: Release, rules: Rules): Stop | undefined {
  const { current, next } = record
  const refused = rules.quarantined(quarantine, own)
  if (sameRelease(next?.release, own)) {
    if (!refused) return undefined
    return { kind: 'refused', reason: `${nameRelease(own)} is in quarantine: ${refused.reason}`, cure: 'Offer a fix' }
  }
  if (sameRelease(current?.release, own)) {
    if (current?.phase !== 'promoted' || !next) return undefined
    return {
      kind: 'promoted',
      reason: `${nameRelease(own)} is on every active cluster; ${nameRelease(next.release)} is next`,
    }
  }
  if (refused) return { kind: 'rolled-back', reason: `${nameRelease(own)} was rolled back: ${refused.reason}` }
  const by = next?.release ?? current?.release
  return { kind: 'superseded', reason: `${nameRelease(own)} gave way to ${nameRelease(by)}, which is newer` }
}

/** A run that found everything settled did nothing, whatever an earlier one did. */
export function idle(stop: Stop, own: Release | undefined): Stop {
  if (stop.kind === 'promoted') return { ...stop, kind: 'nothing-to-do' }
  if (stop.kind === 'rolled-back' && !own) return { ...stop, kind: 'nothing-to-do' }
  return stop
}

/** A plan's step in the words of a dry run. */
export function describe(step: Step): Stop {
  switch (step.kind) {
    case 'stop':
      return step.stop
    case 'write':
      return { kind: 'nothing-to-do', reason: `dry run: would write "${step.edit.title}"` }
    case 'watch':
      return { kind: 'nothing-to-do', reason: `dry run: would wait (${step.reason})` }
  }
}

/** Why a suspended app does nothing. */
export function suspendedStop({ record }: State): Stop {
  const { suspended, next } = record
  return {
    kind: 'suspended',
    reason: `suspended since ${suspended?.at} by ${suspended?.by}: ${suspended?.reason}${next ? `; ${nameRelease(next.release)} waits` : ''}`,
    cure: 'Go on with `stovepipe resume`',
  }
}
