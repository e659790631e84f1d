import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

/** A run that goes on when somebody has reviewed it. */
export type WaitingRun = {
  id: number
  /** Its name on the Actions page, as the workflow's `run-name` makes it. */
  title: string
  url: string
  /** The jobs that wait, by the names they have on the page. */
  jobs: readonly { id: number; name: string; url: string | undefined }[]
  /** The environments whose reviewers are asked. */
  environments: readonly string[]
}

const runSchema = z.object({ id: z.int(), display_title: z.string(), html_url: z.string() })
const jobSchema = z.object({ id: z.int(), name: z.string(), status: z.string(), html_url: z.string().nullish() })
/** A run whose other jobs still run, or queue behind another run's, need not be listed as waiting. */
const unfinished = ['waiting', 'in_progress', 'queued', 'pending']
const pendingSchema = z.array(z.object({ environment: z.object({ name: z.string().optional() }) }))

/**
 * The runs of a workflow that wait for a review, newest first, so that an approval is not asked for twice. `repository`
 * is `owner/name`, `workflow` the file's name. Needs `actions: read`. Throws a GitHubError.
 */
export async function listWaitingRuns(
  github: GitHub,
  { repository, workflow }: { repository: string; workflow: string },
): Promise<WaitingRun[]> {
  const place = inRepository(repository)
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  const runs = new Map<number, z.infer<typeof runSchema>>()
  for (const status of unfinished) {
    for (const run of await github.list(route, { ...place, workflow_id: workflow, status }, runSchema)) {
      runs.set(run.id, run)
    }
  }
  const waiting: WaitingRun[] = []
  for (const { id, display_title, html_url } of runs.values()) {
    const run = { ...place, run_id: id }
    const jobs = await github.list('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', run, jobSchema)
    const waitingJobs = jobs.filter(({ status }) => status === 'waiting')
    if (waitingJobs.length === 0) continue
    const pending = await github.get(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
      run,
      pendingSchema,
    )
    waiting.push({
      id,
      title: display_title,
      url: html_url,
      jobs: waitingJobs.map(job => ({ id: job.id, name: job.name, url: job.html_url ?? undefined })),
      environments: pending.map(({ environment }) => environment.name).filter(name => name !== undefined),
    })
  }
  return waiting
}

/** A run that failed, newest first in a list of them, with the names of all its jobs. */
export type FailedRun = { id: number; url: string; jobs: readonly string[] }

const failedSchema = z.object({ workflow_runs: z.array(runSchema) })

/**
 * The last runs of a workflow that failed, `count` at most, newest first; asked for one by one, as far as the caller
 * looks. `repository` is `owner/name`, `workflow` the file's name. Needs `actions: read`. Throws a GitHubError.
 */
export async function* failedRuns(
  github: GitHub,
  { repository, workflow, count }: { repository: string; workflow: string; count: number },
): AsyncGenerator<FailedRun> {
  const place = inRepository(repository)
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  const parameters = { ...place, workflow_id: workflow, status: 'failure', per_page: count }
  const { workflow_runs } = await github.get(route, parameters, failedSchema)
  for (const { id, html_url } of workflow_runs) {
    const jobs = await github.list(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
      { ...place, run_id: id },
      jobSchema,
    )
    yield { id, url: html_url, jobs: jobs.map(({ name }) => name) }
  }
}
