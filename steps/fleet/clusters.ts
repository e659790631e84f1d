import { ConfigurationError } from '../../configuration/index.ts'
import {
  appNames,
  type Cluster,
  type Fleet,
  matchingClusters,
  pipelineOf,
  readFleet,
  type Unselected,
  unselected,
  type Wave,
  waveClusters,
} from '../../gitops/fleet/index.ts'
import { clusterFolder, readState, type State } from '../../gitops/promotion/index.ts'
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

/**
 * Why a cluster behind the load balancer must take no traffic: no wave selects it. A primary that an app without a
 * pipeline has a folder for is set by hand, and serves all the same.
 */
export function whyUnselected(tree: Tree, cluster: Cluster): Unselected | undefined {
  const apps = appNames(tree).map(app => ({ app, pipeline: pipelineOf(tree, app) }))
  const byHand = apps.some(({ app, pipeline }) => !pipeline && tree.id(clusterFolder(app, cluster.name)) !== undefined)
  if (byHand && cluster.role === 'primary') return undefined
  return unselected(
    cluster,
    apps.flatMap(({ pipeline }) => pipeline ?? []),
  )
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
