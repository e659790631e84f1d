import type { Cluster } from './cluster.ts'
import type { Pipeline } from './pipeline.ts'
import { matchingClusters, nameSelector } from './select.ts'

/** What is wrong with a cluster that no wave selects, and what to do about it. */
export type Unselected = { reason: string; cure: string }

/**
 * Says so when a cluster is behind the shared load balancer and no wave of any pipeline selects it: it would be sent
 * traffic and get no release, and as an active canary, on which every release must pass, it would block all of them.
 * Where there is no pipeline at all, nothing is promoted and nothing said.
 */
export function unselected(cluster: Cluster, pipelines: readonly Pipeline[]): Unselected | undefined {
  const waves = pipelines.flatMap(({ app, waves }) => waves.map(({ name, clusters }) => ({ app, name, clusters })))
  if (cluster.role === undefined || waves.length === 0) return undefined
  if (waves.some(({ clusters }) => matchingClusters(clusters, [cluster]).length > 0)) return undefined
  const { name, labels: matchLabels, role } = cluster
  const wanted = new Map<string, string[]>()
  for (const { app, name: wave, clusters } of waves) {
    const selector = nameSelector(clusters)
    wanted.set(selector, [...(wanted.get(selector) ?? []), `${wave} of ${app}`])
  }
  const listed = [...wanted].map(([selector, by]) => `${selector} (${by.join(', ')})`)
  return {
    reason: `no wave of any app selects ${name}, which is ${nameSelector({ matchLabels, role })}`,
    cure: `Correct its labels in clusters/${name}.yaml, or the waves, which select ${listed.join('; ')}`,
  }
}
