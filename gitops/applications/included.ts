import type { Tree } from '../repository/index.ts'

/** What Argo CD's own folders are. */
const folders = ['applicationsets', 'projects']

/**
 * The files that Argo CD takes from a GitOps repository, and those beside them that it could read and does not take:
 * `bootstrap/root.yaml` includes `{projects,applicationsets}/*.yaml`, and Argo CD's patterns (reposerver/repository,
 * findManifests; util/glob without separators) let `*` stand for slashes too.
 */
export function includedFiles(tree: Tree): { taken: readonly string[]; left: readonly string[] } {
  const files = folders.flatMap(folder => filesUnder(tree, folder))
  return {
    taken: files.filter(path => path.endsWith('.yaml')),
    left: files.filter(path => /\.(yml|json|jsonnet)$/.test(path)),
  }
}

function filesUnder(tree: Tree, folder: string): string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`
    return kind === 'tree' ? filesUnder(tree, path) : [path]
  })
}
