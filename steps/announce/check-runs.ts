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

  async function write(commit: string, found: CheckRun | undefined, content: CheckContent): Promise<CheckRun> {
    if (!found) return createCheck(github, repository, commit, content)
    try {
      return await updateCheck(github, repository, found.id, content)
    } catch (error) {
      // GitHub lets nobody change the check run of another App, and this token may be another one's by now.
      if (!(error instanceof GitHubError) || error.kind !== 'forbidden') throw error
      return createCheck(github, repository, commit, content)
    }
  }

  return {
    /** Throws a GitHubError. */
    async show(commit: string, content: CheckContent, manner: Manner): Promise<void> {
      const all = await checksOf(commit)
      const found = all.findLast(({ externalId }) => externalId === content.externalId)
      if (manner === 'if-left-open' && (!found || found.status === 'completed')) return
      if (manner === 'if-it-differs' && found && says(found, content)) return
      const written = await write(commit, found, content)
      known.set(commit, [...all.filter(check => check !== found), written])
    },
  }
}

function says({ status, conclusion }: CheckRun, { state }: CheckContent): boolean {
  return status === state.kind && (state.kind !== 'completed' || conclusion === state.conclusion)
}
