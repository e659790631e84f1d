import type { ClusterState } from '../../gitops/fleet/index.ts'
import type { Decided } from '../../gitops/promotion/index.ts'
import type { Repository, Tree } from '../../gitops/repository/index.ts'
import { isRefused, type Steered, steer } from '../steer/index.ts'
import { followGit, requireBalancer, type TrafficOutcome, type TrafficPorts } from '../traffic/index.ts'
import { activateCluster } from './activate.ts'
import type { ClusterRequest } from './change-request.ts'
import { requireCluster } from './clusters.ts'
import type { FleetDecision } from './decision.ts'
import { deactivateCluster, drainCluster } from './leave.ts'

/** `busy`, `halfway` and `incomplete` are the traffic's, as `route-traffic` says them: Git says what was asked for. */
export type ClusterKind = 'changed' | 'unchanged' | 'refused' | 'busy' | 'halfway' | 'incomplete'

export type ClusterOutcome = {
  kind: ClusterKind
  cluster: string
  state: ClusterState
  reason: string
  cure?: string
  /** What was written, or else the head that says so already. */
  commit: string
  traffic?: TrafficOutcome
}

/**
 * Brings a cluster into the fleet or takes it out, in one commit on the newest head, and with `route` has the load
 * balancer follow, which must answer before Git is written. Run again, it writes nothing twice and routes again. Throws a ConfigurationError, a
 * LoadBalancerError or a RepositoryUnreachableError while nothing is written, or the signal's reason.
 */
export async function changeCluster(
  request: ClusterRequest,
  { run, ...ports }: TrafficPorts & { repository: Repository; run: string },
): Promise<ClusterOutcome> {
  const { cluster, by, reason, route } = request
  const decision: FleetDecision = { by, run, at: ports.clock.now(), ...(reason !== undefined && { reason }) }
  if (route && !isRefused(decide(await ports.repository.head(), request, decision))) await requireBalancer(ports)
  const steered = await steer(tree => decide(tree, request, decision), ports)
  const head = await ports.repository.head()
  const { state } = requireCluster(head, cluster).cluster
  const commit = steered.kind === 'written' ? steered.commit : head.commit
  const traffic = route && !isRefused(steered) ? await followGit(route, ports, { cluster, state, commit }) : undefined
  const told = { cluster, state, ...(traffic && { traffic }) }
  const { kind, reason: why, cure } = summary(steered, traffic)
  return { ...told, kind, reason: why, ...(cure !== undefined && { cure }), commit }
}

/** What Git and the load balancer say together: a fault of either comes first. */
function summary(steered: Steered, traffic: TrafficOutcome | undefined) {
  const git = steered.kind === 'written' ? { reason: steered.said, cure: undefined } : steered.stop
  if (isRefused(steered)) {
    return { kind: 'refused' as const, reason: git.reason, cure: git.cure }
  }
  switch (traffic?.kind) {
    case 'busy':
    case 'halfway':
    case 'incomplete':
    case 'refused':
      return { kind: traffic.kind, reason: `${git.reason}; ${traffic.reason}`, cure: traffic.cure }
    default: {
      const changed = steered.kind === 'written' || traffic?.kind === 'changed'
      const kind: ClusterKind = changed ? 'changed' : 'unchanged'
      return { kind, reason: traffic ? `${git.reason}; ${traffic.reason}` : git.reason, cure: git.cure }
    }
  }
}

function decide(tree: Tree, { cluster, command, force }: ClusterRequest, decision: FleetDecision): Decided {
  switch (command) {
    case 'activate':
      return activateCluster(tree, cluster, decision)
    case 'drain':
      return drainCluster(tree, cluster, { ...decision, force })
    case 'deactivate':
      return deactivateCluster(tree, cluster, { ...decision, force })
  }
}
