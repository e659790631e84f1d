import type { Change, Tree } from '../../gitops/repository/index.ts'
import { filesTree } from './tree.ts'

/** Files in memory by path. */
export type Files = ReadonlyMap<string, string>

/**
 * Carries changes out on files in memory, as a commit would. A folder that is put somewhere by its id must be one of the
 * files' own; a RangeError otherwise.
 */
export function applyChanges(files: Files, changes: readonly Change[]): Files {
  const tree = filesTree(files)
  const after = new Map(files)
  for (const change of changes) {
    if ('text' in change) {
      after.set(change.path, change.text)
      continue
    }
    for (const path of files.keys()) {
      if (path === change.path || path.startsWith(`${change.path}/`)) after.delete(path)
    }
    if ('remove' in change) continue
    const from = folderWith(tree, '', change.tree)
    if (from === undefined) throw new RangeError(`no folder has the id ${change.tree}`)
    for (const [path, text] of files) {
      if (path.startsWith(`${from}/`)) after.set(`${change.path}${path.slice(from.length)}`, text)
    }
  }
  return after
}

function folderWith(tree: Tree, folder: string, id: string): string | undefined {
  for (const { name, kind, id: found } of tree.list(folder)) {
    if (kind !== 'tree') continue
    const path = folder === '' ? name : `${folder}/${name}`
    const inside = found === id ? path : folderWith(tree, path, id)
    if (inside !== undefined) return inside
  }
  return undefined
}
