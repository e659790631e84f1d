import type { Cluster, Fleet } from '../fleet/index.ts'
import type { Tree } from '../repository/index.ts'
import { clusterFolder } from './pins.ts'
import { renameWord } from './rename-word.ts'

/** Files of a folder by their path in it. */
export type Files = ReadonlyMap<string, string>

/**
 * The cluster whose folder for an app says best what another's should: the one of the same name, if `tree` is not the
 * cluster's own, then the same role, then the most labels in common. Undefined when the app has no folder yet.
 */
export function siblingOf(
  tree: Tree,
  app: string,
  cluster: Cluster,
  { clusters }: Fleet,
  { evenItself = false } = {},
): Cluster | undefined {
  const likeness = (other: Cluster) =>
    (other.name === cluster.name ? 2000 : 0) +
    (other.role === cluster.role ? 1000 : 0) +
    Object.entries(cluster.labels).filter(([key, value]) => other.labels[key] === value).length
  return clusters
    .filter(({ name }) => evenItself || name !== cluster.name)
    .filter(({ name }) => tree.read(`${clusterFolder(app, name)}/kustomization.yaml`) !== undefined)
    .sort((one, other) => likeness(other) - likeness(one))[0]
}

/** What a cluster's folder holds beside its copy of `base/`, with the cluster's name replaced, every other byte as it is. */
export function copyFolder(tree: Tree, app: string, from: string, to: string): Files {
  return new Map(
    filesUnder(tree, clusterFolder(app, from), ['base']).map(([path, text]) => [path, renameWord(text, from, to)]),
  )
}

/** The text files under a folder, by their path in it; `except` names children of it that are left out. */
export function filesUnder(tree: Tree, folder: string, except: readonly string[] = []): [string, string][] {
  return tree.list(folder).flatMap(({ name, kind }): [string, string][] => {
    if (except.includes(name)) return []
    const path = `${folder}/${name}`
    if (kind === 'tree') return filesUnder(tree, path).map(([inner, text]) => [`${name}/${inner}`, text])
    const text = tree.read(path)
    return text === undefined ? [] : [[name, text]]
  })
}
