import { createHash } from 'node:crypto'
import type { Change, Entry, Tree, Write, WriteResult } from '../../../../gitops/repository/index.ts'

type Files = ReadonlyMap<string, string>

/** A commit as the world remembers it: who made it, when, and the files before and after. */
export type Commit = {
  id: string
  at: number
  by: string
  message: string
  parent: Files
  files: Files
  changed: string[]
}

/** Git in memory: whole trees with object ids by content, one branch, and a log that nobody can rewrite. */
export class ModelGit {
  readonly log: Commit[] = []
  #head: Files
  #tree: Tree
  /** Every folder that ever was, by id: what `{ path, tree }` puts somewhere. */
  readonly #folders = new Map<string, Files>()

  constructor(files: Readonly<Record<string, string>>) {
    this.#head = new Map(Object.entries(files))
    this.#tree = this.#view(this.#head, idOf('first commit'))
  }

  head(): Tree {
    return this.#tree
  }

  files(): Files {
    return this.#head
  }

  /** Compare-and-swap, as a push with a lease is. */
  write({ parent, message, changes }: Write, by: string, at: number): WriteResult {
    if (parent !== this.#tree.commit) return { kind: 'lost' }
    return { kind: 'written', tree: this.#commit(changes, message, by, at) }
  }

  /** Somebody else's commit, on whatever is there. */
  commit(changes: readonly Change[], message: string, by: string, at: number): void {
    this.#commit(changes, message, by, at)
  }

  #commit(changes: readonly Change[], message: string, by: string, at: number): Tree {
    const files = new Map(this.#head)
    for (const change of changes) {
      const { path } = change
      for (const known of files.keys()) if (known === path || known.startsWith(`${path}/`)) files.delete(known)
      if ('text' in change) files.set(path, change.text)
      if ('tree' in change) {
        const folder = this.#folders.get(change.tree)
        if (!folder) throw new Error(`no folder has the id ${change.tree}`)
        for (const [name, text] of folder) files.set(`${path}/${name}`, text)
      }
    }
    const id = idOf(`commit ${this.log.length} ${message}`)
    this.log.push({ id, at, by, message, parent: this.#head, files, changed: changes.map(({ path }) => path) })
    this.#head = files
    this.#tree = this.#view(files, id)
    return this.#tree
  }

  #view(files: Files, commit: string): Tree {
    const ids = new Map<string, string | undefined>()
    const list = (folder: string): Entry[] => {
      const prefix = folder === '' ? '' : `${folder}/`
      const kinds = new Map<string, 'blob' | 'tree'>()
      for (const path of files.keys()) {
        if (!path.startsWith(prefix)) continue
        const rest = path.slice(prefix.length)
        const slash = rest.indexOf('/')
        kinds.set(slash < 0 ? rest : rest.slice(0, slash), slash < 0 ? 'blob' : 'tree')
      }
      return [...kinds].sort().map(([name, kind]) => {
        const mode = kind === 'tree' ? '040000' : '100644'
        return { name, kind, mode, id: id(`${prefix}${name}`) ?? '' }
      })
    }
    const id = (path: string): string | undefined => {
      if (!ids.has(path)) ids.set(path, this.#idAt(files, path))
      return ids.get(path)
    }
    return { commit, read: path => files.get(path), id, list }
  }

  #idAt(files: Files, path: string): string | undefined {
    const text = files.get(path)
    if (text !== undefined) return idOf(`blob ${text}`)
    const inside = [...files]
      .filter(([name]) => name.startsWith(`${path}/`))
      .map(([name, text]): [string, string] => [name.slice(path.length + 1), text])
      .sort()
    if (inside.length === 0) return undefined
    const id = idOf(`tree ${inside.map(entry => entry.join(' ')).join('\n')}`)
    this.#folders.set(id, new Map(inside))
    return id
  }
}

/** A name of 40 hex digits for a content: equal contents have equal names. */
export function idOf(content: string): string {
  return createHash('sha1').update(content).digest('hex')
}
