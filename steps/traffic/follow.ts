import { ConfigurationError } from '../../configuration/index.ts'
import { readFleet } from '../../gitops/fleet/index.ts'
import { RepositoryUnreachableError } from '../../gitops/repository/index.ts'
import { type LoadBalancer, LoadBalancerError } from '../../gitops/traffic/index.ts'
import type { TrafficOutcome } from './outcome.ts'
import { routeTraffic, type TrafficPorts, type TrafficRequest } from './route.ts'

/**
 * Sees to it before Git is written that the traffic can follow: `fleet.yaml` names a load balancer, and it answers. Throws a
 * ConfigurationError or a LoadBalancerError, with what to do.
 */
export async function requireBalancer({ repository, open }: Pick<TrafficPorts, 'repository' | 'open'>): Promise<void> {
  const balancer = open(readFleet(await repository.head()))
  try {
    await balancer.servers()
  } catch (error) {
    if (!(error instanceof LoadBalancerError)) throw error
    const cure =
      'Run it where the load balancer can be reached, or without waiting: then Git is written, and `stovepipe traffic --apply` moves the traffic from there'
    throw new LoadBalancerError(`${error.message}: nothing was written. ${cure}`, { cause: error.cause })
  }
}

/**
 * Routes the traffic once `commit` says that a cluster is `state`. What goes wrong now is no reason to forget that: it is
 * told with what Git says, whether the traffic has moved, and what to run. Rejects with the signal's reason.
 */
export async function followGit(
  request: TrafficRequest,
  ports: TrafficPorts,
  { cluster, state, commit }: { cluster: string; state: string; commit: string },
): Promise<TrafficOutcome> {
  let isSet = false
  const open: TrafficPorts['open'] = fleet =>
    noticing(ports.open(fleet), () => {
      isSet = true
    })
  try {
    return await routeTraffic(request, { ...ports, open })
  } catch (error) {
    ports.signal.throwIfAborted()
    const isKnown = [LoadBalancerError, ConfigurationError, RepositoryUnreachableError].some(
      kind => error instanceof kind,
    )
    if (!isKnown || !(error instanceof Error)) throw error
    const moved = isSet ? 'its traffic was moved, but what came of it is not known' : 'its traffic has not moved'
    return {
      kind: 'halfway',
      commit,
      rows: [],
      notes: [],
      reason: `Git says that ${cluster} is ${state}, and ${moved}: ${error.message}`,
      cure: 'Run it again, or `stovepipe traffic --apply`, where the load balancer can be reached',
    }
  }
}

/** The load balancer, with word of the first thing that is set there. */
function noticing(balancer: LoadBalancer, set: () => void): LoadBalancer {
  return {
    ...balancer,
    setWeight: (server, weight) => balancer.setWeight(server, weight).then(set),
    ready: server => balancer.ready(server).then(set),
  }
}
