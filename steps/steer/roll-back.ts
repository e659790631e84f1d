import { selectClusters } from '../../gitops/fleet/index.ts'
import { type Decided, fleetOf, type Outcome, rollback, type Stop } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import { type Listener, overheard, type WatchHost, watchRollback } from '../promote/index.ts'
import type { RollbackRequest } from './roll-back-request.ts'
import { steer } from './steer.ts'

/**
 * How a rollback ended, for this time. `written`: it is in Git, for the next promotion to watch. `rolled-back`: seen
 * healthy as well.
 */
export type RollbackKind = 'written' | 'rolled-back' | 'rollback-failed' | 'blocked' | 'refused' | 'nothing-to-do'

export type RollbackOutcome = {
  kind: RollbackKind
  app: string
  reason: string
  cure?: string
  /** Clusters that keep what they hold, because somebody edited their pin. */
  edited: readonly string[]
  /** The commit that put everything back, if this run wrote it. */
  commit?: string
  /** Every commit of this run, oldest first. */
  commits: readonly { commit: string; title: string }[]
}

/** The outside world as a rollback touches it, and who is told what happens to the app. */
export type RollbackHost = WatchHost & { listeners?: readonly Listener[] }

/**
 * Takes a release back as a person asks, in one commit that suspends the app, and with `watch` sees it healthy. Run
 * again, it writes nothing twice and goes on watching. Throws a ConfigurationError, a RepositoryUnreachableError, or the
 * signal's reason.
 */
export async function rollBack(request: RollbackRequest, given: RollbackHost): Promise<RollbackOutcome> {
  const { app, watch } = request
  const host = heard(given)
  const steered = await steer(tree => decide(tree, request, host), host)
  const commits = steered.kind === 'written' ? [{ commit: steered.commit, title: steered.said }] : []
  const first = commits[0]?.commit
  const told = (
    kind: RollbackKind,
    { reason, cure }: Pick<Stop, 'reason' | 'cure'>,
    more: Outcome['commits'] = [],
  ) => ({
    kind,
    app,
    reason,
    edited: steered.edited ?? [],
    ...(cure !== undefined && { cure }),
    ...(first !== undefined && { commit: first }),
    commits: [...commits, ...more],
  })
  if (steered.kind === 'nothing' && steered.stop.kind !== 'nothing-to-do') {
    return told(steered.stop.kind === 'blocked' ? 'blocked' : 'refused', steered.stop)
  }
  if (!watch) {
    if (steered.kind === 'nothing') return told('nothing-to-do', steered.stop)
    return told('written', { reason: steered.said, cure: 'The next `promote` watches it' })
  }
  const seen = await watchRollback(app, watch, host)
  switch (seen.kind) {
    case 'rolled-back':
    case 'rollback-failed':
    case 'blocked':
      return told(seen.kind, seen, seen.commits)
    default:
      return told('nothing-to-do', steered.kind === 'nothing' ? steered.stop : seen, seen.commits)
  }
}

/** The host with its repository overheard. Nothing is analysed in a rollback. */
function heard({ listeners = [], ...host }: RollbackHost): WatchHost {
  const judge = { judge: () => Promise.reject(new Error('a rollback analyses nothing')) }
  const { repository } = overheard({ repository: host.repository, judge }, listeners, host)
  return { ...host, repository: { ...repository, at: commit => host.repository.at(commit) } }
}

function decide(tree: Tree, request: RollbackRequest, { clock, run }: WatchHost): Decided {
  const { app, by, reason, to, clusters, refuse } = request
  const chosen = clusters && selectClusters(clusters, fleetOf(tree).clusters, { input: 'clusters' })
  return rollback(tree, app, {
    by,
    reason,
    at: clock.now(),
    run,
    refuse,
    ...(to !== undefined && { to }),
    ...(chosen && { clusters: chosen.map(({ name }) => name) }),
  })
}
