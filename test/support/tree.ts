import { createHash } from 'node:crypto'
import type { Entry, Tree } from '../../gitops/repository/index.ts'

/** A tree in memory, made from paths and texts; ids are content hashes, so equal folders have equal ids, as in Git. */
export function treeOf(files: Readonly<Record<string, string>>, commit = '0'.repeat(40)): Tree {
  const list = (folder: string): Entry[] => {
    const prefix = folder === '' ? '' : `${folder}/`
    const names = new Map<string, boolean>()
    for (const path of Object.keys(files)) {
      if (!path.startsWith(prefix)) continue
      const [name = '', ...rest] = path.slice(prefix.length).split('/')
      names.set(name, rest.length > 0)
    }
    return [...names]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, folder]) => ({
        name,
        kind: folder ? 'tree' : 'blob',
        id: id(`${prefix}${name}`) ?? '',
        mode: folder ? '040000' : '100644',
      }))
  }
  const id = (path: string): string | undefined => {
    const text = files[path]
    if (text !== undefined) return hash(text)
    const entries = list(path)
    return entries.length === 0 ? undefined : hash(entries.map(entry => `${entry.name} ${entry.id}`).join('\n'))
  }
  return { commit, read: path => files[path], id, list }
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
