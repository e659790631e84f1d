import { type Cluster, type ClusterState, type Fleet, setClusterState } from '../../gitops/fleet/index.ts'
import type { Decided } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import { emptiedWaves, requireCluster } from './clusters.ts'
import { type FleetDecision, fleetWrite, nothingToDo, refused } from './decision.ts'

/** `force`: even the last one of its kind, which leaves the fleet without canary or primary; the reason is recorded. */
export type LeaveOptions = FleetDecision & { force: boolean }

/** Takes a cluster's traffic away: it receives no releases any more, but rollbacks. */
export function drainCluster(tree: Tree, name: string, options: LeaveOptions): Decided {
  return leave(tree, name, 'draining', options)
}

/** Takes a cluster out: no traffic, no releases, no rollbacks; its Applications stay. */
export function deactivateCluster(tree: Tree, name: string, options: LeaveOptions): Decided {
  return leave(tree, name, 'inactive', options)
}

function leave(tree: Tree, name: string, to: 'draining' | 'inactive', { force, ...decision }: LeaveOptions): Decided {
  const { cluster, fleet, path, text } = requireCluster(tree, name)
  const { state } = cluster
  if (state === to || (to === 'draining' && state === 'inactive')) return nothingToDo(`${name} is ${state} already`)
  const missed = force ? undefined : whyMissed(tree, fleet, cluster)
  if (missed !== undefined) {
    return refused(missed, 'Make another cluster active first, or insist with --force and a --reason')
  }
  const said = to === 'draining' ? `drain (was ${state})` : `deactivate (was ${state})`
  return fleetWrite(tree, { cluster: name }, said, [{ path, text: setClusterState(text, path, to) }], decision)
}

/** Why the fleet cannot do without a cluster, if it cannot. */
function whyMissed(tree: Tree, fleet: Fleet, cluster: Cluster): string | undefined {
  const { name, role, state } = cluster
  if (state !== 'active') return undefined
  if (role !== undefined && !others(fleet, cluster, 'active').some(each => each.role === role)) {
    return `${name} is the last active ${role}: ${role === 'canary' ? 'no release could be judged' : 'the canaries would take all traffic'}`
  }
  const waves = emptiedWaves(tree, fleet, cluster).map(({ app, wave }) => `wave ${wave.name} of ${app}`)
  if (waves.length === 0) return undefined
  return `without ${name}, ${waves.join(' and ')} would select no active cluster, and no release could pass`
}

function others({ clusters }: Fleet, { name }: Cluster, state: ClusterState): Cluster[] {
  return clusters.filter(each => each.name !== name && each.state === state)
}
