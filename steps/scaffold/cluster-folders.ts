import { type Cluster, matchingClusters, type Pipeline, readFleet } from '../../gitops/fleet/index.ts'
import { clearPin } from '../../gitops/manifests/index.ts'
import { filesUnder, pinFile, renameWord, siblingOf } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'

/** Where folders are copied from, what else is to be renamed in them, and the pipeline they are for. */
type Asked = {
  like: { app: string; tree: Tree }
  pipeline: Pipeline
  clusters: readonly Cluster[]
  rename(text: string): string
}

/**
 * A folder for each cluster that the pipeline's waves select, by path: like that of the cluster most like it, with an
 * empty pin and without a copy of `base/`, so that nothing is deployed before the first release.
 */
export function clusterFolders({ like, pipeline, clusters, rename }: Asked): [string, string][] {
  const { app, image } = pipeline
  const there = readFleet(like.tree)
  return selected(pipeline, clusters).flatMap(cluster => {
    const from = siblingOf(like.tree, like.app, cluster, there, { evenItself: true })
    if (!from) return []
    return filesUnder(like.tree, `apps/${like.app}/clusters/${from.name}`, ['base']).map(
      ([path, text]): [string, string] => {
        const at = `apps/${app}/clusters/${cluster.name}/${path}`
        const named = renameWord(rename(text), from.name, cluster.name)
        return [at, at === pinFile(app, cluster.name) ? clearPin(named, at, image) : named]
      },
    )
  })
}

/** The clusters that some wave selects. */
export function selected({ waves }: Pipeline, clusters: readonly Cluster[]): Cluster[] {
  return clusters.filter(cluster => waves.some(wave => matchingClusters(wave.clusters, [cluster]).length > 0))
}
