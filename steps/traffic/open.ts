import { ConfigurationError } from '../../configuration/index.ts'
import type { Fleet } from '../../gitops/fleet/index.ts'
import { haproxy, type LoadBalancer, parseRuntimeAddress } from '../../gitops/traffic/index.ts'

/** The load balancer that `fleet.yaml` names. Throws a ConfigurationError when it names none. Talks to nobody yet. */
export function openLoadBalancer({ settings }: Fleet): LoadBalancer {
  const { loadBalancer } = settings
  if (loadBalancer) return haproxy(parseRuntimeAddress(loadBalancer.address), loadBalancer.backend)
  throw new ConfigurationError({
    problem: 'spec.loadBalancer is missing, so there is no load balancer to route',
    place: { file: 'fleet.yaml' },
    cure: 'Write loadBalancer: { kind: haproxy, address: "unix:/run/haproxy/admin.sock", backend: fleet }',
  })
}
