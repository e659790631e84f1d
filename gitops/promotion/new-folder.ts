import type { Cluster, Fleet } from '../fleet/index.ts'
import { readPin, setPin } from '../manifests/index.ts'
import type { Change, Tree } from '../repository/index.ts'
import { copyFolder, siblingOf } from './copy-folder.ts'
import { clusterFolder, pinChanges, pinFile } from './pins.ts'
import type { Release } from './release.ts'

/**
 * The changes that pin a release on a cluster. Where it has no folder yet, that is made like the folder of the cluster
 * most like it, so that its namespace and what else stands there come along; the very first is a bare one. Throws a
 * ConfigurationError, with its place, for a kustomization that is not understood.
 */
export function pinOrMake(
  { tree, app, fleet, pipeline }: { tree: Tree; app: string; fleet: Fleet; pipeline: { image: string } },
  cluster: string,
  release: Release,
): Change[] {
  const { image } = pipeline
  const known: Cluster = fleet.clusters.find(({ name }) => name === cluster) ?? {
    name: cluster,
    labels: {},
    state: 'inactive',
  }
  const sibling = tree.read(pinFile(app, cluster)) === undefined ? siblingOf(tree, app, known, fleet) : undefined
  if (!sibling) return pinChanges(tree, app, cluster, image, release)
  const folder = clusterFolder(app, cluster)
  const files = [...copyFolder(tree, app, sibling.name, cluster)].filter(
    ([path]) => tree.read(`${folder}/${path}`) === undefined,
  )
  return [
    ...files.map(([path, text]): Change => {
      const file = `${folder}/${path}`
      return { path: file, text: path === 'kustomization.yaml' ? pinned(text, file, image, release) : text }
    }),
    { path: `${folder}/base`, tree: release.base },
  ]
}

function pinned(text: string, file: string, image: string, { tag, digest }: Release): string {
  return setPin(text, file, image, { repository: readPin(text, file, image).newName ?? image, tag, digest })
}
