import { type Cluster, setClusterState } from '../../gitops/fleet/index.ts'
import {
  activePrimaries,
  asRelease,
  clusterRecord,
  type Decided,
  holds,
  nameRelease,
  quarantined,
  recordFile,
  type State,
  sameRelease,
  withCluster,
  writeRecord,
} from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { appsFor, requireCluster, whyUnselected } from './clusters.ts'
import { type FleetDecision, fleetWrite, nothingToDo, refused } from './decision.ts'

/**
 * Brings a cluster into the fleet. It joins: the next promotions bring what the fleet has, see it healthy on it, and
 * then make it active; what it holds already must be seen healthy anew. Only where no primary has accepted anything yet
 * there is nothing to join with, and it is active at once, unless it holds what the kit brought to the fleet and nothing
 * has proved, or what is in quarantine. One behind the load balancer that no wave selects is refused: it would get traffic
 * and no app.
 */
export function activateCluster(tree: Tree, name: string, decision: FleetDecision): Decided {
  const { cluster, path, text } = requireCluster(tree, name)
  if (cluster.state === 'active' || cluster.state === 'joining')
    return nothingToDo(`${name} is ${cluster.state} already`)
  const unselected = whyUnselected(tree, cluster)
  if (unselected) return refused(`${unselected.reason}: it would get traffic, and no app`, unselected.cure)
  const apps = appsFor(tree, cluster)
  const joined = apps.filter(state => fleetHasRelease(state, cluster))
  // What joins is brought to the fleet's release before there is traffic; the rest is served as it is.
  const unproved = apps
    .filter(state => !joined.includes(state))
    .map(state => unprovedPin(state, cluster))
    .find(reason => reason !== undefined)
  if (unproved !== undefined) {
    return refused(unproved, 'Promote a release to the primaries first: then the cluster joins with that')
  }
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

/** Why what the cluster holds of an app must get no traffic: it is refused, or admitted and not accepted anywhere. */
function unprovedPin({ app, record, quarantine, pipeline, pinned }: State, { name }: Cluster): string | undefined {
  const held = asRelease(pinned(name), pipeline.image)
  if (!held) return undefined
  const entry = quarantined(quarantine, held)
  if (entry) return `${name} holds ${nameRelease(held)} of ${app}, which is in quarantine: ${entry.reason}`
  const admitted = record.admitted.some(each => sameRelease(each, held))
  const accepted = Object.values(record.clusters).some(
    each => each.accepted[0] && sameRelease(each.accepted[0].release, held),
  )
  return admitted && !accepted
    ? `${name} holds ${nameRelease(held)} of ${app}, which no cluster has accepted yet`
    : undefined
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
