import { ConfigurationError } from '../../configuration/index.ts'
import { checkPath } from './path.ts'
import { RepositoryUnreachableError } from './repository.ts'
import type { Store } from './store.ts'

/**
 * The newest commit that changed `path` (relative to `directory`), and who wrote it; undefined when it lies deeper than
 * a few hundred commits. Where the history at hand ends, a commit seems to add every file: that is no answer.
 */
export async function lastCommit(
  store: Store,
  branch: string,
  { directory, path }: { directory: string; path: string },
): Promise<{ commit: string; author: string } | undefined> {
  checkPath(path)
  const whole = directory === '' ? path : `${directory}/${path}`
  for (const depth of depths) {
    const head = await store.fetch(branch, depth)
    const log = ['log', '-1', '--no-show-signature', '--format=%H%x00%an', head, '--', `:(literal)${whole}`]
    const [commit = '', author = ''] = (await store.git.local(log)).trimEnd().split('\0')
    if (commit === '') return undefined
    if (!(await store.boundary()).has(commit)) return { commit, author }
  }
  return undefined
}

/** Whether a commit is at hand, once the branch's last commits were fetched if it was not. */
export async function fetchCommit(store: Store, branch: string, commit: string): Promise<boolean> {
  const isThere = async () => (await store.git.ask(['cat-file', '-t', commit])).stdout.trim() === 'commit'
  if (store.isPrepared() && (await isThere())) return true
  for (const depth of depths) {
    await store.fetch(branch, depth)
    if (await isThere()) return true
    if ((await store.boundary()).size === 0) return false
  }
  return false
}

/**
 * Makes sure that a folder's tree object is at hand, looking for it in the branch's last commits when it is not in the
 * newest, and in the end in all of them: a cluster that was away for long may go back to a folder of long ago. Throws a
 * ConfigurationError when it is in none of them, because then it can only be copied by hand.
 */
export async function fetchTree(store: Store, branch: string, tree: string): Promise<void> {
  const isThere = async () => (await store.git.ask(['cat-file', '-t', tree])).stdout.trim() === 'tree'
  if (await isThere()) return
  for (const depth of [...depths, everything]) {
    await store.fetch(branch, depth)
    if (await isThere()) return
    if ((await store.boundary()).size === 0) break
  }
  throw new ConfigurationError({
    problem: `no folder of any commit to ${branch} has the content ${tree}`,
    cure: 'Restore the folder by hand from another clone or branch',
  })
}

/**
 * Says what became of a push whose answer was lost. The branch tells: our commit in its history means written; the
 * parent without our commit after it means that the compare-and-swap can no longer succeed. While the parent is still
 * the head the push may yet arrive: unknown.
 */
export async function settle(
  store: Store,
  branch: string,
  { commit, parent }: { commit: string; parent: string },
): Promise<'written' | 'lost' | 'unknown'> {
  try {
    const head = await store.branchHead(branch)
    if (head === commit) return 'written'
    if (head === parent) return 'unknown'
    const recent = await store.git.local(['rev-list', await store.fetch(branch, depths[0])])
    const ids = new Set(recent.split('\n'))
    return ids.has(commit) ? 'written' : ids.has(parent) ? 'lost' : 'unknown'
  } catch (error) {
    if (error instanceof RepositoryUnreachableError || error instanceof ConfigurationError) return 'unknown'
    throw error
  }
}

/** How many commits are fetched to look back: few first, as each comes with its files. */
const depths = [32, 512] as const

/** The depth by which Git means the whole history (git-fetch(1), `--unshallow`). */
const everything = 2_147_483_647
