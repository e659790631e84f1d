import type { Fleet } from './fleet.ts'

/**
 * The percentage of the shared load balancer's traffic each cluster should have: active canaries split `canaryShare`,
 * active primaries the rest; every other cluster has 0. When one of the two kinds has no active cluster, the other
 * takes everything.
 */
export function shares({ settings, clusters }: Fleet): ReadonlyMap<string, number> {
  const active = (role: string) => clusters.filter(cluster => cluster.role === role && cluster.state === 'active')
  const canaries = active('canary')
  const primaries = active('primary')
  const canaryTotal = primaries.length === 0 ? 100 : canaries.length === 0 ? 0 : settings.canaryShare
  return new Map(
    clusters.map(cluster => {
      if (canaries.includes(cluster)) return [cluster.name, canaryTotal / canaries.length]
      if (primaries.includes(cluster)) return [cluster.name, (100 - canaryTotal) / primaries.length]
      return [cluster.name, 0]
    }),
  )
}
