import { z } from 'zod'
import type { GitHub } from './client.ts'
import { GitHubError } from './error.ts'
import { inRepository } from './repository.ts'

export type Dispatch = {
  /** `owner/name`. */
  repository: string
  /** The file's name, for example `promote.yml`. */
  workflow: string
  /** The branch or tag whose workflow runs. */
  ref: string
  inputs: Readonly<Record<string, string>>
  /**
   * What the run's name will hold, by the workflow's `run-name`, and no other run's: by it a run is found that may have
   * been started. Without it such a workflow is started again, because one start too many does less harm than none.
   */
  title?: string
}

/** A run that was started; its id and page are unknown where GitHub does not say (a GitHub Enterprise Server). */
export type Dispatched = { id?: number; url?: string }

const answerSchema = z
  .object({ workflow_run_id: z.int(), html_url: z.string() })
  .transform(({ workflow_run_id, html_url }): Dispatched => ({ id: workflow_run_id, url: html_url }))
  .or(z.undefined().transform((): Dispatched => ({})))

const runSchema = z.object({ id: z.int(), html_url: z.string(), display_title: z.string(), event: z.string() })

/**
 * Starts a workflow. Needs `actions: write` in that repository. Throws a GitHubError; what GitHub answers with 404 or
 * 422 comes with its cure.
 */
export async function dispatchWorkflow(github: GitHub, dispatch: Dispatch): Promise<Dispatched> {
  const { repository, workflow, ref, inputs, title } = dispatch
  const place = { ...inRepository(repository), workflow_id: workflow }
  const start = (details: { return_run_details?: true }) =>
    github.change({
      route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      parameters: { ...place, ref, inputs, ...details },
      schema: answerSchema,
      find: async () => (title === undefined ? undefined : findRun(github, place, title)),
    })
  try {
    return await start({ return_run_details: true }).catch((error: unknown) => {
      // An older GitHub Enterprise Server takes no keys that it does not know.
      if (error instanceof GitHubError && error.status === 422 && /return_run_details/.test(error.message))
        return start({})
      throw error
    })
  } catch (error) {
    const cure = error instanceof GitHubError ? cureOf(error, dispatch) : undefined
    if (!(error instanceof GitHubError) || cure === undefined) throw error
    throw new GitHubError(error.kind, {
      problem: `${workflow} in ${repository} was not started`,
      cure,
      status: error.status,
      permission: error.permission,
      cause: error,
    })
  }
}

async function findRun(github: GitHub, place: object, title: string): Promise<Dispatched | undefined> {
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  const latest = z.object({ workflow_runs: z.array(runSchema) })
  const { workflow_runs } = await github.get(route, { ...place, event: 'workflow_dispatch', per_page: 50 }, latest)
  const run = workflow_runs.find(({ display_title }) => display_title.includes(title))
  return run && { id: run.id, url: run.html_url }
}

function cureOf({ status, message }: GitHubError, { repository, workflow, ref }: Dispatch): string | undefined {
  if (status === 404) {
    return `Check that ${repository} has .github/workflows/${workflow} on its default branch, and that the token may write its actions (\`actions: write\`; a workflow's own token reaches its own repository alone)`
  }
  if (status !== 422) return undefined
  if (/workflow_dispatch/.test(message)) return `Add \`on: workflow_dispatch\` to ${workflow}, on its default branch`
  if (/disabled/i.test(message)) return `Enable ${workflow}, on the Actions page of ${repository}`
  if (/no ref found/i.test(message)) return `${repository} has no branch or tag ${ref}: check the ref`
  if (/input/i.test(message)) return `The inputs must be those that ${workflow} declares at ${ref}`
  return undefined
}
