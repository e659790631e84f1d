import {
  type CheckContent,
  type CheckRun,
  createCheck,
  type GitHub,
  GitHubError,
  listChecks,
  updateCheck,
} from '../../github/index.ts'

/** When a check run is brought to what is wanted: always, unless it says so already, or only where it was left open. */
export type Manner = 'always' | 'if-it-differs' | 'if-left-open'

/**
 * The check runs of a repository. Each is looked up by its external id before it is made, so that a run goes on with
 * what another one began.
 */
export function openCheckRuns(github: GitHub, repository: string) {
  const known = new Map<string, CheckRun[]>()

  async function checksOf(commit: string): Promise<CheckRun[]> {
    const found = known.get(commit) ?? (await listChecks(github, repository, commit))
    known.set(commit, found)
    return found
  }

  /** Of one external id, newest first: more than one where an App came after another, which cannot change its runs. */
  async function sameAs(commit: string, { externalId }: CheckContent): Promise<CheckRun[]> {
    const all = await checksOf(commit)
    return all.filter(check => check.externalId === externalId).sort((one, other) => other.id - one.id)
  }

  /** Undefined for the check run of another App: GitHub lets nobody else change it, and names no permission for that. */
  async function update(found: CheckRun, content: CheckContent): Promise<CheckRun | undefined> {
    try {
      return await updateCheck(github, repository, found.id, content)
    } catch (error) {
      if (error instanceof GitHubError && error.kind === 'forbidden' && error.permission === undefined) return undefined
      throw error
    }
  }

  async function keep(commit: string, written: CheckRun): Promise<void> {
    const others = (await checksOf(commit)).filter(({ id }) => id !== written.id)
    known.set(commit, [...others, written])
  }

  async function bringAbout(commit: string, content: CheckContent, manner: Manner): Promise<void> {
    for (const each of await sameAs(commit, content)) {
      if (isRight(each, content, manner)) return
      const updated = await update(each, content)
      if (updated) return keep(commit, updated)
    }
    if (manner === 'if-left-open') return
    const before = (await checksOf(commit)).map(({ id }) => id)
    await keep(commit, await createCheck(github, repository, commit, content, before))
  }

  return {
    /** Brings the newest one that may be changed to what is wanted, or makes one. Throws a GitHubError. */
    async show(commit: string, content: CheckContent, manner: Manner): Promise<void> {
      try {
        await bringAbout(commit, content, manner)
      } catch (error) {
        known.delete(commit) // what failed may have happened all the same
        throw error
      }
    },
    /** Whether there is nothing to bring about. Throws a GitHubError. */
    async isShown(commit: string, content: CheckContent, manner: Manner): Promise<boolean> {
      const [newest] = await sameAs(commit, content)
      return newest ? isRight(newest, content, manner) : manner === 'if-left-open'
    },
  }
}

function isRight({ status, conclusion }: CheckRun, { state }: CheckContent, manner: Manner): boolean {
  switch (manner) {
    case 'always':
      return false
    case 'if-left-open':
      return status === 'completed'
    case 'if-it-differs':
      return status === state.kind && (state.kind !== 'completed' || conclusion === state.conclusion)
  }
}
