import { ConfigurationError } from '../../configuration/index.ts'
import {
  appNames,
  type Cluster,
  type Fleet,
  matchingClusters,
  pipelineOf,
  readFleet,
  type Wave,
  waveClusters,
} from '../../gitops/fleet/index.ts'
import { readState, type State } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'

/** A cluster of the fleet with the file that it was read from. */
export type ClusterFile = { cluster: Cluster; fleet: Fleet; path: string; text: string }

/** Finds a cluster by name. Throws a ConfigurationError that lists the clusters there are. */
export function requireCluster(tree: Tree, name: string): ClusterFile {
  const fleet = readFleet(tree)
  const cluster = fleet.clusters.find(each => each.name === name)
  for (const path of cluster ? [`clusters/${name}.yaml`, `clusters/${name}.yml`] : []) {
    const text = tree.read(path)
    if (cluster && text !== undefined) return { cluster, fleet, path, text }
  }
  const names = fleet.clusters.map(each => each.name).join(', ')
  throw new ConfigurationError({
    problem: 'there is no such cluster',
    value: name,
    cure: names === '' ? 'clusters/ holds none' : `clusters/ has ${names}`,
  })
}

/** The apps with a pipeline, of which some wave selects the cluster. */
export function appsFor(tree: Tree, cluster: Cluster): State[] {
  return appNames(tree)
    .filter(app => pipelineOf(tree, app)?.waves.some(wave => matchingClusters(wave.clusters, [cluster]).length > 0))
    .map(app => readState(tree, app))
}

/** The waves of all apps that would select no active cluster any more, and so block, without this one. */
export function emptiedWaves(tree: Tree, { clusters }: Fleet, leaving: Cluster): { app: string; wave: Wave }[] {
  return appNames(tree).flatMap(app =>
    (pipelineOf(tree, app)?.waves ?? [])
      .filter(wave => {
        const active = waveClusters(wave, clusters).filter(({ state }) => state === 'active')
        return active.length === 1 && active[0]?.name === leaving.name
      })
      .map(wave => ({ app, wave })),
  )
}
