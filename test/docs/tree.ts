import { createHash } from 'node:crypto'
import type { Entry, Tree } from '../../gitops/repository/index.ts'

/** A tree of files in memory; ids are hashes of the content, so equal content has equal ids, as in Git. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(files)
  const under = (path: string) => paths.filter(file => path === '' || file.startsWith(`${path}/`)).sort()
  const id = (path: string): string | undefined => {
    const text = files[path]
    if (text !== undefined) return hash(text)
    const inside = under(path)
    return inside.length === 0
      ? undefined
      : hash(inside.map(file => `${file.slice(path.length)}\n${files[file]}`).join('\n'))
  }
  const list = (path: string): Entry[] => {
    const names = new Set(
      under(path).map(file => (path === '' ? file : file.slice(path.length + 1)).split('/')[0] ?? ''),
    )
    return [...names].map(name => {
      const child = path === '' ? name : `${path}/${name}`
      const kind = files[child] === undefined ? 'tree' : 'blob'
      return { name, kind, id: id(child) ?? '', mode: kind === 'tree' ? '040000' : '100644' }
    })
  }
  return { commit: hash(JSON.stringify(files)), read: path => files[path], id, list }
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
