import { type GitHub, listReviews } from '../../github/index.ts'
import type { Wish } from './request.ts'

/**
 * Who approved the environment in this run, by the names they have on GitHub. Undefined where nobody had to, because the
 * environment has no reviewers. Needs `actions: read`. Throws a GitHubError.
 */
export async function reviewer(
  github: GitHub,
  { environment }: Wish,
  run: { repository: string; run: number },
): Promise<string | undefined> {
  const reviews = await listReviews(github, { ...run, environment })
  const given = reviews.filter(({ state }) => state === 'approved')
  return given.length === 0 ? undefined : [...new Set(given.map(({ user }) => user))].join(', ')
}
