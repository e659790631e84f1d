import { type Decided, oneLine } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'

/** Who changes the fleet, when (milliseconds), by which run, and why if they say so. */
export type FleetDecision = { by: string; at: number; run: string; reason?: string }

/** One commit about a cluster or an app, its trailers for the people who read the history. */
export function fleetWrite(
  tree: Tree,
  subject: { cluster: string } | { app: string },
  said: string,
  changes: readonly Change[],
  { by, reason, run }: FleetDecision,
): Decided {
  const [what, trailer] =
    'cluster' in subject
      ? [subject.cluster, `Stovepipe-Cluster: ${subject.cluster}`]
      : [subject.app, `Stovepipe-App: ${subject.app}`]
  const why = reason === undefined ? `by ${by}` : `${by}: ${reason}`
  const message = `${what}: ${oneLine(said)}\n\n${oneLine(why)}\n\n${trailer}\nStovepipe-Run: ${run}`
  return { kind: 'write', said, write: { parent: tree.commit, message, changes } }
}

export function nothingToDo(reason: string): Decided {
  return { kind: 'nothing', stop: { kind: 'nothing-to-do', reason } }
}

export function refused(reason: string, cure: string): Decided {
  return { kind: 'nothing', stop: { kind: 'refused', reason, cure } }
}
