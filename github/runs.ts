import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

/** A run of a workflow, with all its jobs by the names they have on its page. */
export type Run = { id: number; url: string; jobs: readonly { name: string; status: string }[] }

/** How a run is, by the names that GitHub's list is asked with: a status, or a conclusion. */
export type RunState = 'waiting' | 'in_progress' | 'queued' | 'pending' | 'failure'

const runsSchema = z.object({ workflow_runs: z.array(z.object({ id: z.int(), html_url: z.string() })) })
const jobSchema = z.object({ name: z.string(), status: z.string() })

/**
 * The runs of a workflow in each of these states, in their order, and of one state the newest first, `count` at most; no
 * run twice. They are asked for one by one, as far as the caller looks. `repository` is `owner/name`, `workflow` the
 * file's name. Needs `actions: read`. Throws a GitHubError.
 */
export async function* runsOf(
  github: GitHub,
  { repository, workflow }: { repository: string; workflow: string },
  states: readonly { state: RunState; count: number }[],
): AsyncGenerator<Run> {
  const place = inRepository(repository)
  const seen = new Set<number>()
  for (const { state, count } of states) {
    const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
    const parameters = { ...place, workflow_id: workflow, status: state, per_page: count }
    const { workflow_runs } = await github.get(route, parameters, runsSchema)
    for (const { id, html_url } of workflow_runs) {
      if (seen.has(id)) continue
      seen.add(id)
      const ofRun = { ...place, run_id: id }
      const jobs = await github.list('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', ofRun, jobSchema)
      yield { id, url: html_url, jobs }
    }
  }
}
