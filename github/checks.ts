import { z } from 'zod'
import type { GitHub } from './client.ts'
import { inRepository } from './repository.ts'

export type CheckConclusion = 'success' | 'failure' | 'neutral' | 'cancelled'

/** A remark on one line of a file of the commit. */
export type CheckAnnotation = {
  path: string
  line: number
  level: 'notice' | 'warning' | 'failure'
  message: string
  title?: string
}

/** What a check run shows. `summary` and `text` are Markdown: what comes from outside must be harmless in it. */
export type CheckContent = {
  name: string
  /** Ours, by which the check run is found again. */
  externalId: string
  /** The page that tells more. */
  detailsUrl?: string
  state: { kind: 'in_progress' } | { kind: 'completed'; conclusion: CheckConclusion; at: number }
  /** When it began, in milliseconds since the epoch. */
  startedAt: number
  title: string
  summary: string
  text?: string
  annotations?: readonly CheckAnnotation[]
}

/** A check run as it is on GitHub. */
export type CheckRun = { id: number; externalId: string; status: string; conclusion: string | undefined }

const checkRun = z
  .looseObject({
    id: z.number(),
    external_id: z.string().nullish(),
    status: z.string(),
    conclusion: z.string().nullish(),
  })
  .transform(
    ({ id, external_id, status, conclusion }): CheckRun => ({
      id,
      externalId: external_id ?? '',
      status,
      conclusion: conclusion ?? undefined,
    }),
  )

const checkOutput = z.looseObject({
  status: z.string(),
  conclusion: z.string().nullish(),
  output: z.looseObject({
    title: z.string().nullish(),
    summary: z.string().nullish(),
    annotations_count: z.int(),
  }),
})

/**
 * The check runs of a commit, by a name where one is given. The commit is named by its whole id. Needs `checks: read`.
 */
export function listChecks(github: GitHub, repository: string, commit: string, name?: string): Promise<CheckRun[]> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
  const parameters = { ...inRepository(repository), ref: commit, filter: 'all', ...(name && { check_name: name }) }
  return github.list(route, parameters, checkRun)
}

/**
 * Adds a check run to a commit, named by its whole id. `before` are the ids of those that were there already, such as
 * another App's with the same external id: none of them is taken for the one that was made. Needs `checks: write`.
 */
export function createCheck(
  github: GitHub,
  repository: string,
  commit: string,
  content: CheckContent,
  before: readonly number[] = [],
): Promise<CheckRun> {
  return github.change({
    route: 'POST /repos/{owner}/{repo}/check-runs',
    parameters: { ...inRepository(repository), head_sha: commit, ...fieldsOf(content) },
    schema: checkRun,
    find: async () => {
      const found = await listChecks(github, repository, commit, content.name)
      return found.find(({ id, externalId }) => externalId === content.externalId && !before.includes(id))
    },
  })
}

/**
 * Changes a check run, also one that was completed: it then begins anew. Annotations add to those it has. Needs
 * `checks: write`, and GitHub lets an App change its own alone.
 */
export function updateCheck(github: GitHub, repository: string, id: number, content: CheckContent): Promise<CheckRun> {
  const one = { ...inRepository(repository), check_run_id: id }
  const fields = fieldsOf(content)
  return github.change({
    route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    parameters: { ...one, ...fields },
    schema: checkRun,
    // Sent twice, its annotations would be there twice.
    find: async () => {
      const there = await github.get('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', one, checkOutput)
      const { title, summary, annotations = [] } = fields.output
      const same = there.output.title === title && there.output.summary === summary && there.status === fields.status
      const conclusion = content.state.kind === 'completed' ? content.state.conclusion : null
      if (!same || (there.conclusion ?? null) !== conclusion) return undefined
      return there.output.annotations_count >= annotations.length ? checkRun.parse(there) : undefined
    },
  })
}

/** Characters of a summary or text, and annotations in one request, that GitHub takes. */
const longest = 65_535
const mostAnnotations = 50

function fieldsOf({ state, startedAt, annotations = [], ...content }: CheckContent) {
  const { name, externalId, detailsUrl, title, summary, text } = content
  return {
    name,
    external_id: externalId,
    ...(detailsUrl !== undefined && { details_url: detailsUrl }),
    status: state.kind,
    started_at: iso(startedAt),
    ...(state.kind === 'completed' && { conclusion: state.conclusion, completed_at: iso(state.at) }),
    output: {
      title: cut(title, 255),
      summary: cut(summary, longest),
      ...(text !== undefined && { text: cut(text, longest) }),
      ...(annotations.length > 0 && { annotations: annotations.slice(0, mostAnnotations).map(annotation) }),
    },
  }
}

function annotation({ path, line, level, message, title }: CheckAnnotation) {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: level,
    message: cut(message, 10_000),
    ...(title !== undefined && { title: cut(title, 255) }),
  }
}

/** GitHub takes whole seconds. */
function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
