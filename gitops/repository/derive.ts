import { type Clock, type Log, silentLog } from '../../host/index.ts'
import { type Repository, RepositoryUnreachableError, type Tree, type Write } from './repository.ts'

/** An edit, derived from the tree that it is for. Undefined when that tree needs none. */
export type Derive = (tree: Tree) => Promise<Omit<Write, 'parent'> | undefined>

export type DeriveOptions = {
  clock: Clock
  log?: Log
  /** How often to derive and push before giving up: 30 when left out. */
  tries?: number
  /** A random number from 0 to 1 for each wait, so that writers who met once do not meet again. */
  jitter?: () => number
}

/** `tries`: how many pushes it took. `unchanged`: the branch already holds what was asked for. */
export type Derived = { kind: 'written'; tree: Tree; tries: number } | { kind: 'unchanged'; tree: Tree; tries: number }

/**
 * Writes an edit on the newest head. After a lost race it reads the new head and derives the edit again from that:
 * nothing is rebased and no old bytes are sent twice, so other people's edits stay. A broken connection is tried again
 * twice. Throws a RepositoryUnreachableError when every try was lost; what `derive` throws passes through.
 */
export async function writeDerived(repository: Repository, derive: Derive, options: DeriveOptions): Promise<Derived> {
  const { clock, log = silentLog, tries = 30, jitter = Math.random } = options
  let outages = 0
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      const tree = await repository.head()
      const edit = await derive(tree)
      if (!edit) return { kind: 'unchanged', tree, tries: attempt - 1 }
      const result = await repository.write({ ...edit, parent: tree.commit })
      if (result.kind === 'written') return { kind: 'written', tree: result.tree, tries: attempt }
      log.info(`someone else's commit came first, deriving the change again (try ${attempt} of ${tries})`)
    } catch (error) {
      if (!(error instanceof RepositoryUnreachableError) || outages++ >= retries || attempt === tries) throw error
      log.warning(`${error.message}; trying again`)
    }
    await clock.sleep(jitter() * Math.min(longestWait, firstWait * 2 ** attempt) + outages * afterOutage)
  }
  throw new RepositoryUnreachableError(`someone else's commit came first ${tries} times in a row; try again later`)
}

const retries = 2
/** Milliseconds; about the time of one push, then up to that of a busy repository. */
const firstWait = 50
const longestWait = 2000
const afterOutage = 500
