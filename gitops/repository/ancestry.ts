import { ConfigurationError } from '../../configuration/index.ts'
import { type AddressContext, parseAddress } from './address.ts'
import { failure } from './failure.ts'
import type { Token } from './git.ts'
import type { RepositoryPorts } from './open.ts'
import { RepositoryUnreachableError } from './repository.ts'
import { openStore, type Store } from './store.ts'

/** How the first of two commits stands to the second: `ancestor` when the second contains the first. */
export type CommitRelation =
  | { kind: 'equal' | 'ancestor' | 'descendant' | 'diverged' }
  /**
   * Nobody can say: the repository was out of reach (`outage`: asking again may help), cannot be read, or does not hold
   * one of them (any more).
   */
  | { kind: 'unknown'; reason: string; outage: boolean }

export type HistoryOptions = {
  /** How the user names the repository; see `parseAddress`. */
  repository: string
  token?: Token | undefined
  /** Milliseconds that one call to the server may take: 120,000 when left out. */
  timeout?: number | undefined
} & AddressContext

/** The commits of a repository, to ask how they stand to each other. Holds a temporary folder until it is closed. */
export type History = {
  /**
   * Compares two commits, given by their ids or by at least 12 of their first hex digits. What cannot be asked is
   * `unknown`: it rejects for no user's mistake and no outage.
   */
  compare(first: string, second: string): Promise<CommitRelation>
  close(): Promise<void>
}

/**
 * Opens a repository's history. Talks to no server yet; throws a ConfigurationError for an address that cannot be.
 *
 * Only commits are fetched (`--filter=tree:0`), of all branches and tags, a few first; from a server that knows no
 * filters the files come with them, so it is asked for a bounded number. What was learned once holds for ever, so a
 * pair of commits that is at hand costs no request.
 */
export async function openHistory(options: HistoryOptions, ports: RepositoryPorts): Promise<History> {
  const address = parseAddress(options.repository, options)
  const store = await openStore({ ...ports, address, token: options.token, timeout: options.timeout ?? 120_000 })
  let last: Promise<unknown> = Promise.resolve()
  return {
    compare(first, second) {
      const next = last.then(() => compare(store, first, second))
      last = next.catch(() => {})
      return next
    },
    async close() {
      await last
      await store.close()
    },
  }
}

async function compare(store: Store, first: string, second: string): Promise<CommitRelation> {
  for (const id of [first, second]) {
    if (!/^[0-9a-f]{12,64}$/.test(id)) return unknown(`${JSON.stringify(id.slice(0, 80))} is not a commit's id`)
  }
  if (first.startsWith(second) || second.startsWith(first)) return { kind: 'equal' }
  try {
    let reason = `${store.address.url} has no commits`
    for await (const isComplete of deepen(store)) {
      const ids = [await resolve(store, first), await resolve(store, second)] as const
      const relation = await relate(store, ids, isComplete)
      if (relation) return { kind: relation }
      const missing = [first, second].filter((_, index) => ids[index] === undefined)
      reason = `${store.address.url} has no commit ${missing.join(' and no commit ')} on a branch or tag`
      if (missing.length === 0 || !isComplete) {
        reason = `the newest commits of ${store.address.url} do not tell how ${first} stands to ${second}`
      }
    }
    return unknown(reason)
  } catch (error) {
    if (error instanceof RepositoryUnreachableError) return unknown(error.message, true)
    if (error instanceof ConfigurationError) return unknown(error.message)
    throw error
  }
}

/** Undefined while it cannot be told: only a whole history shows that neither commit contains the other. */
async function relate(
  store: Store,
  [first, second]: readonly [string | undefined, string | undefined],
  isComplete: boolean,
): Promise<'equal' | 'ancestor' | 'descendant' | 'diverged' | undefined> {
  if (first === undefined || second === undefined) return undefined
  if (first === second) return 'equal'
  if (await isAncestor(store, first, second)) return 'ancestor'
  if (await isAncestor(store, second, first)) return 'descendant'
  return isComplete ? 'diverged' : undefined
}

async function isAncestor({ git }: Store, older: string, newer: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', older, newer]
  const { code, stderr } = await git.ask(args)
  if (code === 0 || code === 1) return code === 0
  throw new Error(`git merge-base failed (${code}): ${stderr}`)
}

/** An abbreviation that fits several commits fits none. */
async function resolve({ git }: Store, id: string): Promise<string | undefined> {
  const { code, stdout } = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${id}^{commit}`])
  return code === 0 ? stdout.trim() : undefined
}

/** How many commits of each branch are fetched; all of them at last, if they come without files. */
const depths = [50, 1000] as const
const depthWithFiles = 5000

/** Fetches more and more of the history; tells after each step, and first of all, whether it is all there. */
async function* deepen(store: Store): AsyncGenerator<boolean> {
  if (store.isPrepared()) yield false
  if (!(await prepare(store))) return
  let filters = true
  for (const depth of depths) {
    filters = await fetch(store, [`--depth=${depth}`])
    const isComplete = (await store.boundary()).size === 0
    yield isComplete
    if (isComplete) return
  }
  await fetch(store, filters ? ['--unshallow'] : [`--depth=${depthWithFiles}`])
  yield (await store.boundary()).size === 0
}

/** False for a repository without branches. */
async function prepare(store: Store): Promise<boolean> {
  const result = await store.git.remote(['ls-remote', '--quiet', '--heads', '--', store.address.url])
  if (result.code !== 0) throw failure('read', store.address, result)
  const id = /^[0-9a-f]{40,64}(?=\t)/.exec(result.stdout)?.[0]
  if (id !== undefined) await store.prepare(id)
  return id !== undefined
}

/** Says whether the server left the files out as asked. */
async function fetch(store: Store, depth: readonly string[]): Promise<boolean> {
  const refs = ['+refs/heads/*:refs/stovepipe/heads/*', '+refs/tags/*:refs/stovepipe/tags/*']
  const options = ['--filter=tree:0', '--no-tags', '--no-write-fetch-head', '--prune', '--quiet', ...depth]
  const result = await store.git.remote(['fetch', ...options, '--', store.address.url, ...refs])
  if (result.code !== 0) throw failure('fetch from', store.address, result)
  return !/filtering not recognized by server/.test(result.stderr)
}

function unknown(reason: string, outage = false): CommitRelation {
  return { kind: 'unknown', reason, outage }
}
