import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

const commit = z.looseObject({ sha: z.string() })

/**
 * The whole id of a commit that is named by its first digits (or by a branch or tag). Throws a GitHubError, `not-found`
 * or `invalid` where the repository has no such commit. Needs `contents: read`.
 */
export async function wholeCommit(github: GitHub, repository: string, name: string): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name)) return name
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}'
  const { sha } = await github.get(route, { ...inRepository(repository), ref: name, per_page: 1 }, commit)
  return sha
}

/** The newest commit of a branch that changed a path; undefined where none did. Needs `contents: read`. */
export async function newestCommitTo(
  github: GitHub,
  repository: string,
  { branch, path }: { branch: string; path: string },
): Promise<string | undefined> {
  const parameters = { ...inRepository(repository), sha: branch, path, per_page: 1 }
  const [newest] = await github.get('GET /repos/{owner}/{repo}/commits', parameters, z.array(commit))
  return newest?.sha
}
