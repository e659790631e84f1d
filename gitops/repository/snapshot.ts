import { createHash, randomUUID } from 'node:crypto'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Git } from './git.ts'
import { ancestors, checkPath } from './path.ts'
import type { Entry, Tree } from './repository.ts'

/** One commit's files in memory. `texts` holds each text once by its blob's id, and serves the next snapshot. */
export type Snapshot = { tree: Tree; texts: ReadonlyMap<string, string> }

/**
 * Reads the folder `directory` of a commit at hand: one `ls-tree`, and one `cat-file` for the texts that `before` does
 * not hold yet. Throws a ConfigurationError when the commit has no such folder.
 */
export async function readSnapshot(git: Git, commit: string, directory: string, before?: Snapshot): Promise<Snapshot> {
  const root = await folderId(git, commit, directory)
  const listing = parseListing(await git.local(['ls-tree', '-r', '-t', '-l', '-z', root]))
  const texts = await readTexts(git, listing, before?.texts ?? new Map())
  return { tree: new ListedTree(commit, root, listing, texts), texts }
}

/** Larger files are no manifests: they are listed, and can be moved with their folder, but not read. */
const largestText = 1024 * 1024
const largestTotal = 256 * 1024 * 1024

type Listed = Entry & { path: string; size: number }

async function folderId(git: Git, commit: string, directory: string): Promise<string> {
  const name = directory === '' ? `${commit}^{tree}` : `${commit}:${directory}`
  const id = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', name])
  const type = id.code === 0 ? await git.ask(['cat-file', '-t', id.stdout.trim()]) : id
  if (type.stdout.trim() === 'tree') return id.stdout.trim()
  throw new ConfigurationError({
    problem: `commit ${commit.slice(0, 12)} has no such folder`,
    place: { input: 'directory' },
    value: directory,
    cure: 'Name the folder of the repository that holds clusters/ and apps/',
  })
}

function parseListing(output: string): Listed[] {
  return output
    .split('\0')
    .slice(0, -1)
    .map(line => {
      const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line)
      if (!match) throw new Error('git ls-tree printed a line that is none')
      const [, mode = '', type, id = '', size, path = ''] = match
      const kind = type === 'tree' ? 'tree' : type === 'commit' ? 'commit' : 'blob'
      return { name: path.slice(path.lastIndexOf('/') + 1), kind, id, mode, path, size: Number(size) || 0 }
    })
}

async function readTexts(git: Git, listing: readonly Listed[], before: ReadonlyMap<string, string>) {
  const texts = new Map<string, string>()
  const missing = new Map<string, number>()
  for (const { kind, mode, id, size } of listing) {
    if (kind !== 'blob' || mode === symbolicLink || size > largestText) continue
    const text = before.get(id)
    if (text === undefined) missing.set(id, size)
    else texts.set(id, text)
  }
  if (missing.size === 0) return texts
  const total = [...missing.values()].reduce((sum, size) => sum + size, 0)
  if (total > largestTotal) {
    throw new ConfigurationError({
      problem: `the folder holds ${Math.round(total / 1024 / 1024)} MiB of files`,
      place: { input: 'directory' },
      cure: 'Give the GitOps files a folder of their own and name it',
    })
  }
  // The mark cannot be in a file, so a file that is not UTF-8, whose size in characters is unknown, ends where it must.
  const mark = randomUUID()
  const input = [...missing.keys()].map(id => `${id} ${mark}\n`).join('')
  const output = await git.local(['cat-file', '--batch=%(objectname) %(rest)'], input)
  let at = 0
  for (const id of missing.keys()) {
    const start = at + `${id} ${mark}\n`.length
    if (!output.startsWith(`${id} ${mark}\n`, at)) throw new Error('git cat-file answered something else')
    const next = output.indexOf(mark, start)
    at = next === -1 ? output.length : next - id.length - 1
    const text = output.slice(start, at - 1)
    if (blobId(text, id.length) === id) texts.set(id, text)
  }
  return texts
}

/** Git's own name for a text; it differs from the blob's id exactly when the blob is not valid UTF-8. */
function blobId(text: string, length: number): string {
  const hash = createHash(length === 64 ? 'sha256' : 'sha1')
  return hash
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex')
}

const symbolicLink = '120000'

class ListedTree implements Tree {
  readonly commit: string
  readonly #root: string
  readonly #entries = new Map<string, Listed>()
  readonly #children = new Map<string, Entry[]>()
  readonly #texts: ReadonlyMap<string, string>

  constructor(commit: string, root: string, listing: readonly Listed[], texts: ReadonlyMap<string, string>) {
    this.commit = commit
    this.#root = root
    this.#texts = texts
    for (const entry of listing) {
      this.#entries.set(entry.path, entry)
      const folder = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')))
      const { name, kind, id, mode } = entry
      const siblings = this.#children.get(folder)
      if (siblings) siblings.push({ name, kind, id, mode })
      else this.#children.set(folder, [{ name, kind, id, mode }])
    }
  }

  read(path: string): string | undefined {
    const entry = this.#find(path)
    if (!entry || entry.kind === 'tree') return undefined
    const text = this.#texts.get(entry.id)
    if (text !== undefined && entry.mode !== symbolicLink) return text
    throw new ConfigurationError({ problem: unreadable(entry), place: { file: path }, cure: 'Put a text file there' })
  }

  id(path: string): string | undefined {
    return path === '' ? this.#root : this.#find(path)?.id
  }

  list(path: string): readonly Entry[] {
    if (path !== '' && this.#find(path)?.kind !== 'tree') return []
    return this.#children.get(path) ?? []
  }

  /** A link would lead to a file that is not the one named, perhaps out of the repository: it is refused, not followed. */
  #find(path: string): Listed | undefined {
    checkPath(path)
    for (const folder of ancestors(path)) {
      const entry = this.#entries.get(folder)
      if (entry && (entry.mode === symbolicLink || entry.kind === 'commit')) {
        throw new ConfigurationError({
          problem: unreadable(entry),
          place: { file: folder },
          cure: 'Put a folder there: links and submodules are not followed',
        })
      }
    }
    return this.#entries.get(path)
  }
}

function unreadable({ kind, mode, size }: Listed): string {
  if (kind === 'commit') return 'is a submodule'
  if (mode === symbolicLink) return 'is a symbolic link'
  if (size > largestText) return `is larger than ${largestText / 1024 / 1024} MiB`
  return 'is not UTF-8 text'
}
