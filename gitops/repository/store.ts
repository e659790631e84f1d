import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Address } from './address.ts'
import { failure } from './failure.ts'
import { bindGit, type Git, type GitOptions } from './git.ts'

/** A bare repository of our own in a temporary folder, into which objects of the real one are fetched. */
export type Store = {
  git: Git
  address: Address
  /** Makes the repository, for objects whose ids are like this one, unless it is there. */
  prepare(id: string): Promise<void>
  isPrepared(): boolean
  /** Asks the server where the branch is: one request. Throws a ConfigurationError when there is no such branch. */
  branchHead(branch: string): Promise<string>
  /** Fetches the branch's newest `depth` commits with all their files, and gives the head's id. */
  fetch(branch: string, depth: number): Promise<string>
  /** The commits at hand whose parents are not. */
  boundary(): Promise<ReadonlySet<string>>
  /** Removes the folder. */
  close(): Promise<void>
}

/** Makes the folder; talks to no server. `temporary` is where temporary folders go. */
export async function openStore(options: Omit<GitOptions, 'folder'> & { temporary: string }): Promise<Store> {
  const { temporary, address } = options
  const folder = await mkdtemp(join(temporary, 'stovepipe-git-'))
  const git = bindGit({ ...options, folder })
  let isPrepared = false

  const store: Store = {
    git,
    address,
    async prepare(id) {
      if (isPrepared) return
      const format = id.length === 64 ? 'sha256' : 'sha1'
      await git.local(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`])
      isPrepared = true
    },
    isPrepared: () => isPrepared,
    async branchHead(branch) {
      const result = await git.remote(['ls-remote', '--quiet', '--', address.url, `refs/heads/${branch}`])
      if (result.code !== 0) throw failure('read', address, result)
      const line = result.stdout.split('\n').find(text => text.endsWith(`\trefs/heads/${branch}`))
      const id = /^[0-9a-f]{40,64}(?=\t)/.exec(line ?? '')?.[0]
      if (id === undefined) throw noBranch(address, branch)
      return id
    },
    async fetch(branch, depth) {
      if (!isPrepared) await store.prepare(await store.branchHead(branch))
      const ref = 'refs/stovepipe/head'
      const options = [`--depth=${depth}`, '--no-tags', '--no-write-fetch-head', '--quiet', '--force']
      const result = await git.remote(['fetch', ...options, '--', address.url, `refs/heads/${branch}:${ref}`])
      if (/couldn't find remote ref/.test(result.stderr)) throw noBranch(address, branch)
      if (result.code !== 0) throw failure('fetch from', address, result)
      return (await git.local(['rev-parse', '--verify', `${ref}^{commit}`])).trim()
    },
    async boundary() {
      if ((await git.local(['rev-parse', '--is-shallow-repository'])).trim() === 'false') return new Set()
      return new Set((await readFile(join(folder, 'shallow'), 'utf8')).split('\n').filter(line => line !== ''))
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
  return store
}

function noBranch(address: Address, branch: string): ConfigurationError {
  return new ConfigurationError({
    problem: `${address.url} has no such branch`,
    place: { input: 'branch' },
    value: branch,
    cure: 'Check its name; an empty repository needs a first commit',
  })
}
