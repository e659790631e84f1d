import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Entry, Tree } from '../../gitops/repository/index.ts'

/** Where files come from: a folder on disk, or some that are only in memory. */
type Source = {
  /** The children of a folder, in any order; `content` is asked for files and links only. */
  children(path: string): { name: string; mode: string; content(): Buffer }[]
}

/** As in a Git tree: larger files are no manifests. */
const largestText = 1024 * 1024

/** Never part of a GitOps repository. */
const leftOut = new Set(['.git', 'node_modules'])

/**
 * A folder on disk as a tree: what is there now, committed or not, with the ids that Git would give. `.git` and
 * `node_modules` are left out, links are not followed. What is read once is not read again. `elsewhere` names folders in
 * it that are read from another place on disk.
 */
export function folderTree(root: string, elsewhere: Readonly<Record<string, string>> = {}): Tree {
  const onDisk = (path: string) => {
    const moved = Object.entries(elsewhere).find(([folder]) => path === folder || path.startsWith(`${folder}/`))
    return moved ? join(moved[1], path.slice(moved[0].length)) : join(root, path)
  }
  return new SourceTree({
    children: path =>
      readdirSync(onDisk(path), { withFileTypes: true })
        .filter(each => !leftOut.has(each.name) && (each.isDirectory() || each.isFile() || each.isSymbolicLink()))
        .map(({ name }) => {
          const at = onDisk(below(path, name))
          const stat = lstatSync(at)
          const mode = stat.isDirectory() ? folder : stat.isSymbolicLink() ? link : stat.mode & 0o100 ? program : file
          return {
            name,
            mode,
            content: () => (stat.isSymbolicLink() ? Buffer.from(readlinkSync(at)) : readFileSync(at)),
          }
        }),
  })
}

/** Files in memory as a tree, with the ids that Git would give. */
export function filesTree(files: ReadonlyMap<string, string>): Tree {
  return new SourceTree({
    children(path) {
      const prefix = path === '' ? '' : `${path}/`
      const names = new Map<string, string | undefined>()
      for (const [at, text] of files) {
        if (!at.startsWith(prefix)) continue
        const [name = '', ...rest] = at.slice(prefix.length).split('/')
        names.set(name, rest.length > 0 ? undefined : text)
      }
      return [...names].map(([name, text]) => ({
        name,
        mode: text === undefined ? folder : file,
        content: () => Buffer.from(text ?? ''),
      }))
    },
  })
}

const folder = '040000'
const file = '100644'
const program = '100755'
const link = '120000'

/** A child whose id is worked out when it is asked for: much of a folder is listed and never compared. */
class Child implements Entry {
  readonly name: string
  readonly mode: string
  readonly kind: 'blob' | 'tree'
  readonly content: () => Buffer
  readonly #hash: () => string
  #id: string | undefined

  constructor({ name, mode, content }: ReturnType<Source['children']>[number], hash: () => string) {
    this.name = name
    this.mode = mode
    this.kind = mode === folder ? 'tree' : 'blob'
    this.content = content
    this.#hash = hash
  }

  get id(): string {
    this.#id ??= this.#hash()
    return this.#id
  }
}

class SourceTree implements Tree {
  /** Nobody committed it. */
  readonly commit = '0'.repeat(40)
  readonly #source: Source
  readonly #folders = new Map<string, readonly Child[]>()

  constructor(source: Source) {
    this.#source = source
  }

  read(path: string): string | undefined {
    const entry = this.#find(path)
    if (!entry || entry.kind === 'tree') return undefined
    const content = entry.mode === link ? undefined : entry.content()
    if (content && content.length <= largestText && isUtf8(content)) return content.toString()
    const problem = !content
      ? 'is a symbolic link'
      : content.length > largestText
        ? `is larger than ${largestText / 1024 / 1024} MiB`
        : 'is not UTF-8 text'
    throw new ConfigurationError({ problem, place: { file: path }, cure: 'Put a text file there' })
  }

  id(path: string): string | undefined {
    return path === '' ? this.#hash('') : this.#find(path)?.id
  }

  list(path: string): readonly Entry[] {
    return path === '' || this.#find(path)?.kind === 'tree' ? this.#children(path) : []
  }

  #find(path: string): Child | undefined {
    const cut = path.lastIndexOf('/')
    const parent = path.slice(0, Math.max(0, cut))
    if (parent !== '' && this.#find(parent)?.kind !== 'tree') return undefined
    return this.#children(parent).find(({ name }) => name === path.slice(cut + 1))
  }

  #children(path: string): readonly Child[] {
    const known = this.#folders.get(path)
    if (known) return known
    const children = this.#source
      .children(path)
      .filter(({ name, mode }) => mode !== folder || !this.#isEmpty(below(path, name)))
      .map(each => new Child(each, () => this.#hash(below(path, each.name), each)))
      .sort((one, other) => (sortName(one) < sortName(other) ? -1 : 1))
    this.#folders.set(path, children)
    return children
  }

  /** A folder without files, which Git does not have. */
  #isEmpty(path: string): boolean {
    return this.#source.children(path).every(({ name, mode }) => mode === folder && this.#isEmpty(below(path, name)))
  }

  #hash(path: string, entry?: ReturnType<Source['children']>[number]): string {
    if (entry && entry.mode !== folder) return gitId('blob', entry.content())
    const lines = this.#children(path).map(({ mode, name, id }) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(id, 'hex')]),
    )
    return gitId('tree', Buffer.concat(lines))
  }
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Git sorts a folder as if its name ended in a slash. */
function sortName({ name, kind }: Entry): string {
  return kind === 'tree' ? `${name}/` : name
}

function gitId(kind: 'blob' | 'tree', content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex')
}
