import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

/** What a person said of environments that a run's jobs waited for. */
export type Review = { user: string; state: string; environments: readonly string[] }

const reviewSchema = z
  .object({
    state: z.string(),
    user: z.object({ login: z.string() }).nullish(),
    environments: z.array(z.object({ name: z.string().optional() })),
  })
  .transform(
    ({ state, user, environments }): Review => ({
      state,
      user: user?.login ?? 'ghost', // what GitHub calls people whose account is gone
      environments: environments.map(({ name }) => name).filter(name => name !== undefined),
    }),
  )

/**
 * The reviews of an environment in a run, in GitHub's order. Its name is not case-sensitive, and GitHub tells it as it
 * was first written. `repository` is `owner/name`. Needs `actions: read`. Throws a GitHubError.
 */
export async function listReviews(
  github: GitHub,
  { repository, run, environment }: { repository: string; run: number; environment: string },
): Promise<Review[]> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals'
  const all = await github.get(route, { ...inRepository(repository), run_id: run }, z.array(reviewSchema))
  const wanted = environment.toLowerCase()
  return all.filter(({ environments }) => environments.some(name => name.toLowerCase() === wanted))
}
