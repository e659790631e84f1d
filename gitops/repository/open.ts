import type { Clock, Log, RunCommand } from '../../host/index.ts'
import { type AddressContext, parseAddress } from './address.ts'
import { checkBranch } from './branch.ts'
import { checkedOut } from './clone.ts'
import { type Committer, checkCommitter, makeCommit } from './commit.ts'
import type { Token } from './git.ts'
import { fetchCommit, fetchTree, lastCommit, settle } from './history.ts'
import { checkDirectory } from './path.ts'
import { readPush } from './push.ts'
import type { Repository, Tree, Write, WriteResult } from './repository.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { openStore } from './store.ts'

export type RepositoryOptions = {
  /** How the user names the repository; see `parseAddress`. */
  repository: string
  branch: string
  /** The folder of the repository that holds the GitOps root; `.` for the repository's own. */
  directory: string
  token?: Token | undefined
  committer: Committer
  /** Appended to every commit's message. */
  trailers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds that one call to the server may take: 120,000 when left out. */
  timeout?: number | undefined
} & AddressContext

export type RepositoryPorts = {
  run: RunCommand
  clock: Clock
  log: Log
  /** The environment for git: PATH, HOME, proxies and so on. */
  environment: Readonly<Record<string, string | undefined>>
  /** Where temporary folders go. */
  temporary: string
}

/** A repository that holds a temporary folder until it is closed. */
export type OpenRepository = Repository & {
  /**
   * The files of a commit of the branch's recent history (some hundred commits); undefined where it is none of them.
   * Rejects with a RepositoryUnreachableError when the server does not answer.
   */
  at(commit: string): Promise<Tree | undefined>
  close(): Promise<void>
}

/**
 * Opens a branch of a Git repository through the `git` program (2.31 or newer). Talks to no server yet. Throws a
 * ConfigurationError for an address, branch, directory or committer that cannot be.
 *
 * Only the newest commit is fetched, into a bare repository in a temporary folder. Reading an unchanged head is one
 * `ls-remote`. A write is one commit and one `git push --force-with-lease=<branch>:<parent>`, an exact compare-and-swap.
 * Calls wait for each other; each has a timeout.
 */
export async function openRepository(options: RepositoryOptions, ports: RepositoryPorts): Promise<OpenRepository> {
  const address = parseAddress(options.repository, options)
  const branch = checkBranch(options.branch)
  const directory = checkDirectory(options.directory)
  const committer = checkCommitter(options.committer)
  const store = await openStore({ ...ports, address, token: options.token, timeout: options.timeout ?? 120_000 })
  const { git } = store
  const inTurn = queue()
  let isClosed = false
  let newest: Snapshot | undefined

  async function whileOpen<T>(task: () => Promise<T>): Promise<T> {
    if (isClosed) throw new Error('the repository is closed')
    return inTurn(task)
  }

  async function snapshotOf(commit: string): Promise<Snapshot> {
    return newest?.tree.commit === commit ? newest : readSnapshot(git, commit, directory, newest)
  }

  async function parentOf({ parent }: Write): Promise<Snapshot> {
    const isAtHand = (await git.ask(['cat-file', '-t', checkId(parent)])).stdout.trim() === 'commit'
    if (isAtHand) return snapshotOf(parent)
    throw new RangeError(`the parent ${parent} was not read from this repository`)
  }

  async function head(): Promise<Tree> {
    if (newest && (await store.branchHead(branch)) === newest.tree.commit) return newest.tree
    newest = await snapshotOf(await store.fetch(branch, 1))
    return newest.tree
  }

  async function at(commit: string): Promise<Tree | undefined> {
    if (!isId(commit) || !(await fetchCommit(store, branch, commit))) return undefined
    return (await snapshotOf(commit)).tree
  }

  async function write(write: Write): Promise<WriteResult> {
    const { tree } = await parentOf(write)
    for (const change of write.changes) if ('tree' in change) await fetchTree(store, branch, checkId(change.tree))
    const time = Math.floor(ports.clock.now() / 1000)
    const trailers = options.trailers ?? {}
    const commit = await makeCommit(git, { write, tree, directory, committer, time, trailers })
    if (commit === undefined) {
      return (await store.branchHead(branch)) === tree.commit ? { kind: 'written', tree } : { kind: 'lost' }
    }
    const lease = `--force-with-lease=refs/heads/${branch}:${tree.commit}`
    const push = ['push', '--porcelain', '--no-verify', lease, '--', address.url, `${commit}:refs/heads/${branch}`]
    const outcome = readPush(await git.remote(push), branch, address)
    switch (outcome.kind) {
      case 'written':
        break
      case 'stale':
        return { kind: 'lost' }
      case 'refused':
        throw outcome.error
      case 'checked-out':
        throw await checkedOut(git, address, branch)
      case 'lost':
      case 'unknown': {
        const fate = await settle(store, branch, { commit, parent: tree.commit })
        if (fate === 'unknown' && outcome.kind === 'unknown') throw outcome.error
        if (fate !== 'written') return { kind: 'lost' }
      }
    }
    newest = await snapshotOf(commit)
    return { kind: 'written', tree: newest.tree }
  }

  return {
    head: () => whileOpen(head),
    at: commit => whileOpen(() => at(commit)),
    write: change => whileOpen(() => write(change)),
    lastCommitTo: path => whileOpen(() => lastCommit(store, branch, { directory, path })),
    close() {
      isClosed = true
      return inTurn(() => store.close())
    },
  }
}

function checkId(id: string): string {
  if (isId(id)) return id
  throw new RangeError(`not the id of a Git object: ${JSON.stringify(id)}`)
}

function isId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** Runs one task after the other: two fetches into one repository would fight over its lock. */
function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return task => {
    const next = last.then(task, task)
    last = next.catch(() => {})
    return next
  }
}
