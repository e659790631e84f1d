import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

const commit = z.looseObject({ sha: z.string() })
const listed = z.looseObject({ sha: z.string(), parents: z.array(z.looseObject({ sha: z.string() })) })

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

/** How many commits to a path are looked through for one. */
const mostCommits = 30

/**
 * The commit of a branch that changed a path and was written on `parent`, which is its first parent; undefined where the
 * newest commits to that path hold none. Needs `contents: read`.
 */
export async function commitOnto(
  github: GitHub,
  repository: string,
  { branch, path, parent }: { branch: string; path: string; parent: string },
): Promise<string | undefined> {
  const parameters = { ...inRepository(repository), sha: branch, path, per_page: mostCommits }
  const newest = await github.get('GET /repos/{owner}/{repo}/commits', parameters, z.array(listed))
  return newest.find(({ parents: [first] }) => first?.sha === parent)?.sha
}

/**
 * The newest commit that changed a path, of those that a branch or commit leads to; undefined where none did. Needs
 * `contents: read`.
 */
export async function newestCommitTo(
  github: GitHub,
  repository: string,
  { from, path }: { from: string; path: string },
): Promise<string | undefined> {
  const parameters = { ...inRepository(repository), sha: from, path, per_page: 1 }
  const [newest] = await github.get('GET /repos/{owner}/{repo}/commits', parameters, z.array(commit))
  return newest?.sha
}
