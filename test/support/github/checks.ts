import { z } from 'zod'
import { found, type Handlers, newId, Refused, type RepositoryCall, time } from './call.ts'
import { commitOf } from './commits.ts'
import type { CheckRun } from './state.ts'

const annotationSchema = z.record(z.string(), z.unknown())
const outputSchema = z.object({
  title: z.string().optional(),
  summary: z.string(),
  text: z.string().optional(),
  annotations: z.array(annotationSchema).default([]),
})
const contentSchema = z.object({
  name: z.string().optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  status: z.string().optional(),
  conclusion: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: outputSchema.optional(),
})
const newSchema = z.object({ name: z.string(), head_sha: z.string() })

export const checkHandlers: Handlers<RepositoryCall> = {
  'POST /repos/{owner}/{repo}/check-runs': async call => {
    const { state, repository, body, now } = call
    const { name, head_sha } = newSchema.parse(body)
    const sha = await commitOf(repository, head_sha)
    if (sha === undefined || sha !== head_sha) throw new Refused(422, `No commit found for SHA: ${head_sha}`)
    const check: CheckRun = {
      id: newId(state),
      name,
      sha,
      externalId: '',
      detailsUrl: null,
      status: 'queued',
      conclusion: null,
      startedAt: time(now),
      completedAt: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      creator: call.login,
    }
    update(check, call)
    repository.checks.push(check)
    return { status: 201, body: shownCheck(call, check) }
  },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': call => {
    const check = checkOf(call)
    if (check.creator !== undefined && check.creator !== call.login) {
      throw new Refused(403, 'Invalid app_id - check run can only be modified by the GitHub App that created it.')
    }
    update(check, call)
    return { status: 200, body: shownCheck(call, check) }
  },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': call => ({
    status: 200,
    body: shownCheck(call, checkOf(call)),
  }),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': call => ({ list: checkOf(call).annotations }),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': async call => {
    const { repository, path, query } = call
    const sha = await commitOf(repository, path.ref ?? '')
    if (sha === undefined) throw new Refused(422, `No commit found for SHA: ${path.ref}`)
    const named = repository.checks.filter(
      check =>
        check.sha === sha &&
        (query.check_name === undefined || check.name === query.check_name) &&
        (query.status === undefined || check.status === query.status),
    )
    const newest = named.toReversed()
    const first = newest.filter(({ name }, index) => newest.findIndex(other => other.name === name) === index)
    const list = query.filter === 'all' ? newest : first
    return { list: list.map(check => shownCheck(call, check)), under: 'check_runs' }
  },
}

/** A conclusion completes a run; annotations add to those that it has. */
function update(check: CheckRun, { body, now }: RepositoryCall) {
  const { output, ...given } = contentSchema.parse(body)
  if (given.status === 'completed' && given.conclusion === undefined) {
    throw new Refused(422, 'Invalid request.\n\nFor \'properties/status\', "completed" needs a conclusion.')
  }
  check.name = given.name ?? check.name
  check.externalId = given.external_id ?? check.externalId
  check.detailsUrl = given.details_url ?? check.detailsUrl
  check.startedAt = given.started_at ?? check.startedAt
  if (given.conclusion !== undefined) {
    check.status = 'completed'
    check.conclusion = given.conclusion
    check.completedAt = given.completed_at ?? time(now)
  } else if (given.status !== undefined) {
    check.status = given.status
    check.conclusion = null
    check.completedAt = null
  }
  if (!output) return
  check.title = output.title ?? check.title
  check.summary = output.summary
  check.text = output.text ?? check.text
  check.annotations.push(...output.annotations)
}

function checkOf({ repository, path }: RepositoryCall): CheckRun {
  return found(repository.checks.find(({ id }) => String(id) === path.check_run_id))
}

function shownCheck({ repository, api }: RepositoryCall, check: CheckRun) {
  const url = `${api}/repos/${repository.name}/check-runs/${check.id}`
  return {
    id: check.id,
    name: check.name,
    head_sha: check.sha,
    external_id: check.externalId,
    details_url: check.detailsUrl,
    url,
    html_url: `https://github.com/${repository.name}/runs/${check.id}`,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    pull_requests: [],
  }
}
