import { type Cluster, setClusterState } from '../../gitops/fleet/index.ts'
import {
  activePrimaries,
  asRelease,
  clusterRecord,
  type Decided,
  holds,
  recordFile,
  type State,
  sameRelease,
  withCluster,
  writeRecord,
} from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { appsFor, requireCluster } from './clusters.ts'
import { type FleetDecision, fleetWrite, nothingToDo } from './decision.ts'

/**
 * Brings a cluster into the fleet. It joins: the next promotions bring what the fleet has, see it healthy on it, and
 * then make it active; what it holds already must be seen healthy anew. Only where no primary has accepted anything yet
 * there is nothing to join with, and it is active at once.
 */
export function activateCluster(tree: Tree, name: string, decision: FleetDecision): Decided {
  const { cluster, path, text } = requireCluster(tree, name)
  if (cluster.state === 'active' || cluster.state === 'joining')
    return nothingToDo(`${name} is ${cluster.state} already`)
  const apps = appsFor(tree, cluster)
  const joined = apps.filter(state => fleetHasRelease(state, cluster))
  const to = joined.length > 0 ? 'joining' : 'active'
  const changes: Change[] = [{ path, text: setClusterState(text, path, to) }]
  if (to === 'joining') changes.push(...apps.flatMap(state => seenAnew(state, cluster, decision)))
  const said =
    to === 'joining'
      ? `joins; promote of ${joined.map(({ app }) => app).join(', ')} makes it active once healthy`
      : 'is active at once: no app has a release that a primary accepted, so there is nothing to join with'
  return fleetWrite(tree, { cluster: name }, said, changes, decision)
}

/** Whether an active primary other than this cluster has accepted anything. */
function fleetHasRelease(state: State, { name }: Cluster): boolean {
  return activePrimaries(state).some(
    primary => primary.name !== name && clusterRecord(state.record, primary.name).accepted.length > 0,
  )
}

/** The record in which what the cluster holds is pinned as of now and accepted no more, so that its health counts anew. */
function seenAnew(state: State, { name }: Cluster, { at }: FleetDecision): Change[] {
  const { app, record, tree, pipeline } = state
  const { pin, accepted } = clusterRecord(record, name)
  const pinned = state.pinned(name)
  const held = pin?.to ?? accepted[0]?.release ?? asRelease(pinned, pipeline.image)
  if (!held || !holds(pinned, held)) return []
  const renewed = withCluster(record, name, entry => ({
    ...entry,
    accepted: entry.accepted.filter(({ release }) => !sameRelease(release, held)),
    pin: {
      to: held,
      from: pin?.from ?? 'unknown',
      at: new Date(at).toISOString(),
      parent: tree.commit,
      joining: true,
    },
  }))
  return [{ path: recordFile(app), text: writeRecord(renewed) }]
}
