import { z } from 'zod'
import type { GitHub } from './client.ts'
import { GitHubError } from './error.ts'
import { inRepository } from './repository.ts'

const labels = z.array(z.looseObject({ name: z.string() }))
const route = '/repos/{owner}/{repo}/issues/{issue_number}/labels'

/**
 * Gives an issue or a pull request a label; GitHub makes one that the repository does not have yet. Needs
 * `pull-requests: write` for a pull request.
 */
export async function addLabel(github: GitHub, repository: string, number: number, label: string): Promise<void> {
  const which = { ...inRepository(repository), issue_number: number }
  await github.change({
    route: `POST ${route}`,
    parameters: { ...which, labels: [label] },
    schema: labels,
    find: async () => {
      const there = await github.get(`GET ${route}`, { ...which, per_page: 100 }, labels)
      return there.some(({ name }) => sameLabel(name, label)) ? there : undefined
    },
  })
}

/** Takes a label away; one that is not there is as good. Needs `pull-requests: write` for a pull request. */
export async function removeLabel(github: GitHub, repository: string, number: number, label: string): Promise<void> {
  const parameters = { ...inRepository(repository), issue_number: number, name: label }
  try {
    await github.change({ route: `DELETE ${route}/{name}`, parameters, schema: z.unknown() })
  } catch (error) {
    // Without the permission GitHub answers 403 where it shows the pull request at all.
    if (!(error instanceof GitHubError && error.kind === 'not-found')) throw error
  }
}

/** GitHub has no two labels that differ in case alone. */
export function sameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
