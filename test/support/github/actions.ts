import { z } from 'zod'
import { found, type Handlers, newId, Refused, type RepositoryCall, time } from './call.ts'
import { commitOf } from './commits.ts'
import { shown } from './repositories.ts'
import type { Job, Run, Workflow } from './state.ts'
import { user } from './users.ts'

const dispatchSchema = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  return_run_details: z.boolean().default(false),
})
const eventSchema = z.object({ event_type: z.string(), client_payload: z.unknown() })
const reviewSchema = z.object({
  environment_ids: z.array(z.int()),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
})

export const actionHandlers: Handlers<RepositoryCall> = {
  'POST /repos/{owner}/{repo}/dispatches': ({ repository, body }) => {
    const { event_type, client_payload } = eventSchema.parse(body)
    repository.events.push({ event: event_type, payload: client_payload })
    return { status: 204 }
  },
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': async call => {
    const { state, repository, now, api } = call
    const workflow = workflowOf(call)
    const { ref, inputs, return_run_details } = dispatchSchema.parse(call.body)
    const given = checkInputs(workflow, inputs)
    const sha = await commitOf(repository, ref)
    if (sha === undefined) throw new Refused(422, `No ref found for: ${ref}`)
    const run: Run = {
      id: newId(state),
      workflow: workflow.file,
      event: 'workflow_dispatch',
      ref,
      sha,
      title: workflow.runName(given),
      status: 'queued',
      conclusion: null,
      inputs: given,
      jobs: [],
      reviews: [],
      createdAt: time(now),
    }
    repository.runs.push(run)
    if (!return_run_details) return { status: 204 }
    const { url, html_url } = linksOf(call, run)
    return { status: 200, body: { workflow_run_id: run.id, run_url: url ?? api, html_url } }
  },
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': call => {
    const { file } = workflowOf(call)
    const { event, status, branch } = call.query
    const runs = call.repository.runs.filter(
      run =>
        run.workflow === file &&
        (event === undefined || run.event === event) &&
        (status === undefined || run.status === status || run.conclusion === status) &&
        (branch === undefined || run.ref === branch),
    )
    return { list: runs.toReversed().map(run => shownRun(call, run)), under: 'workflow_runs' }
  },
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': call => ({ status: 200, body: shownRun(call, runOf(call)) }),
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs': call => {
    const run = runOf(call)
    return { list: run.jobs.map(job => shownJob(call, run, job)), under: 'jobs' }
  },
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals': call => ({
    status: 200,
    body: runOf(call).reviews.map(({ state, comment, login, environments }) => ({
      state,
      comment,
      user: user(login),
      environments: environments.map(name => ({ id: environmentId(name), name })),
    })),
  }),
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments': call => ({
    status: 200,
    body: pendingOf(runOf(call)).map(name => ({
      environment: { id: environmentId(name), name },
      wait_timer: 0,
      wait_timer_started_at: null,
      current_user_can_approve: true,
      reviewers: [],
    })),
  }),
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments': call => {
    const run = runOf(call)
    const { environment_ids, state, comment } = reviewSchema.parse(call.body)
    const reviewed = pendingOf(run).filter(name => environment_ids.includes(environmentId(name)))
    if (reviewed.length < environment_ids.length)
      throw new Refused(422, 'No pending deployment requests to approve or reject')
    run.reviews.push({ state, comment, login: call.login, environments: reviewed })
    for (const job of run.jobs) {
      if (job.status !== 'waiting' || !environment_ids.includes(environmentId(job.environment ?? ''))) continue
      Object.assign(job, state === 'approved' ? { status: 'queued' } : { status: 'completed', conclusion: 'failure' })
    }
    if (pendingOf(run).length === 0 && run.status === 'waiting') {
      Object.assign(
        run,
        state === 'approved' ? { status: 'in_progress' } : { status: 'completed', conclusion: 'failure' },
      )
    }
    return { status: 200, body: [] } // the deployments, which nobody reads
  },
}

/** By its file's name or its id. */
function workflowOf({ repository, path }: RepositoryCall): Workflow {
  const { workflow_id = '' } = path
  const byId = [...repository.workflows.values()].find(({ id }) => String(id) === workflow_id)
  return found(repository.workflows.get(workflow_id) ?? byId)
}

function checkInputs(workflow: Workflow, given: Readonly<Record<string, unknown>>): Record<string, string> {
  if (workflow.inputs === undefined) throw new Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
  if (workflow.state !== 'active') throw new Refused(422, 'Cannot trigger a disabled workflow')
  const unknown = Object.keys(given).filter(name => !workflow.inputs?.includes(name))
  if (unknown.length > 0) throw new Refused(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`)
  for (const name of workflow.required) {
    if (!(name in given)) throw new Refused(422, `Required input '${name}' not provided`)
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
}

function runOf({ repository, path }: RepositoryCall): Run {
  return found(repository.runs.find(({ id }) => String(id) === path.run_id))
}

function pendingOf({ jobs }: Run): string[] {
  const names = jobs.filter(({ status }) => status === 'waiting').map(({ environment }) => environment)
  return [...new Set(names.filter(name => name !== undefined))]
}

/** The id that an environment has here. */
export function environmentId(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 1)
}

function linksOf({ repository, api }: RepositoryCall, { id }: Run) {
  return {
    url: `${api}/repos/${repository.name}/actions/runs/${id}`,
    html_url: `https://github.com/${repository.name}/actions/runs/${id}`,
  }
}

function shownRun(call: RepositoryCall, run: Run) {
  return {
    ...linksOf(call, run),
    id: run.id,
    name: run.workflow,
    path: `.github/workflows/${run.workflow}`,
    display_title: run.title,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: run.ref,
    head_sha: run.sha,
    created_at: run.createdAt,
    updated_at: run.createdAt,
    run_started_at: run.createdAt,
    repository: shown(call.repository, call.api),
    head_repository: shown(call.repository, call.api),
  }
}

function shownJob(call: RepositoryCall, run: Run, { id, name, status, conclusion }: Job) {
  return {
    id,
    run_id: run.id,
    name,
    status,
    conclusion,
    head_sha: run.sha,
    head_branch: run.ref,
    started_at: run.createdAt,
    html_url: `${linksOf(call, run).html_url}/job/${id}`,
  }
}
