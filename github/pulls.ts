import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

/**
 * A pull request as it is now. Its title, body, branch and author are left out: whoever opens one chooses them, and
 * nothing here needs them.
 */
export type Pull = {
  number: number
  open: boolean
  /** The newest commit of its branch, whole. */
  head: string
  /** Whether that branch is in another repository, or in one that is gone. */
  fork: boolean
  labels: readonly string[]
}

const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'not the id of a commit')
const repository = z.looseObject({ id: z.number() })
const pull = z
  .looseObject({
    number: z.int().positive(),
    state: z.enum(['open', 'closed']),
    head: z.looseObject({ sha: commit, repo: repository.nullish() }),
    base: z.looseObject({ repo: repository }),
    labels: z.array(z.looseObject({ name: z.string() })),
  })
  .transform(
    ({ number, state, head, base, labels }): Pull => ({
      number,
      open: state === 'open',
      head: head.sha,
      fork: head.repo?.id !== base.repo.id, // names may be changed, and are compared regardless of case; ids are not
      labels: labels.map(({ name }) => name),
    }),
  )

/** Needs `pull-requests: read`. */
export function getPull(github: GitHub, repository: string, number: number): Promise<Pull> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  return github.get(route, { ...inRepository(repository), pull_number: number }, pull)
}

/** All open pull requests. Needs `pull-requests: read`. */
export function listOpenPulls(github: GitHub, repository: string): Promise<Pull[]> {
  return github.list('GET /repos/{owner}/{repo}/pulls', { ...inRepository(repository), state: 'open' }, pull)
}

/** The hundred closed pull requests that changed last. Needs `pull-requests: read`. */
export function listClosedPulls(github: GitHub, repository: string): Promise<Pull[]> {
  const newest = { state: 'closed', sort: 'updated', direction: 'desc', per_page: 100 }
  return github.get('GET /repos/{owner}/{repo}/pulls', { ...inRepository(repository), ...newest }, z.array(pull))
}
