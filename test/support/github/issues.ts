import { z } from 'zod'
import { found, type Handlers, newId, notFound, Refused, type RepositoryCall, time } from './call.ts'
import type { Comment, Repository } from './state.ts'
import { user } from './users.ts'

const named = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
const labelsSchema = z.union([
  z.array(named),
  z.object({ labels: z.array(named).default([]) }).transform(({ labels }) => labels),
])
const commentSchema = z.object({ body: z.string() })
const labelSchema = z.object({ name: z.string(), color: z.string().optional(), description: z.string().optional() })
/** GitHub's own limit, which its description does not name. */
const longestComment = 65_536

/** A label as GitHub shows it; one that a pull request has exists in the repository. */
export function shownLabel(repository: Repository, name: string) {
  const label = repository.labels.get(name)
  return { id: label?.id ?? 0, name, color: label?.color ?? 'ededed', description: label?.description ?? null }
}

export const issueHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': call => {
    const { number } = pullOf(call)
    return { list: call.repository.comments.filter(comment => comment.number === number).map(shownComment) }
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': call => {
    const { number } = pullOf(call)
    const at = time(call.now)
    const body = checkBody(commentSchema.parse(call.body).body)
    const comment = { id: newId(call.state), number, author: call.login, body, createdAt: at, updatedAt: at }
    call.repository.comments.push(comment)
    return { status: 201, body: shownComment(comment) }
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': call => ({
    status: 200,
    body: shownComment(commentOf(call)),
  }),
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': call => {
    const comment = commentOf(call)
    comment.body = checkBody(commentSchema.parse(call.body).body)
    comment.updatedAt = time(call.now)
    return { status: 200, body: shownComment(comment) }
  },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': call => {
    const { comments } = call.repository
    comments.splice(comments.indexOf(commentOf(call)), 1)
    return { status: 204 }
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': call => ({ list: labelsOf(call) }),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': call => {
    const pull = pullOf(call)
    pull.labels = setOf(call, [...pull.labels, ...labelsSchema.parse(call.body ?? [])])
    return { status: 200, body: labelsOf(call) }
  },
  'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels': call => {
    pullOf(call).labels = setOf(call, labelsSchema.parse(call.body ?? []))
    return { status: 200, body: labelsOf(call) }
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': call => {
    const pull = pullOf(call)
    const label = call.path.name?.toLowerCase()
    const left = pull.labels.filter(name => name.toLowerCase() !== label)
    if (left.length === pull.labels.length) throw new Refused(404, 'Label does not exist')
    pull.labels = left
    return { status: 200, body: labelsOf(call) }
  },
  'GET /repos/{owner}/{repo}/labels/{name}': ({ repository, path }) => {
    if (!repository.labels.has(path.name ?? '')) throw notFound()
    return { status: 200, body: shownLabel(repository, path.name ?? '') }
  },
  'POST /repos/{owner}/{repo}/labels': call => {
    const { name, color = 'ededed', description = null } = labelSchema.parse(call.body)
    if (call.repository.labels.has(name)) {
      throw new Refused(422, 'Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }])
    }
    call.repository.labels.set(name, { id: newId(call.state), color, description })
    return { status: 201, body: shownLabel(call.repository, name) }
  },
}

function pullOf({ repository, path }: RepositoryCall) {
  return found(repository.pulls.get(Number(path.issue_number)))
}

function commentOf({ repository, path }: RepositoryCall): Comment {
  return found(repository.comments.find(({ id }) => String(id) === path.comment_id))
}

function labelsOf(call: RepositoryCall) {
  return pullOf(call).labels.map(name => shownLabel(call.repository, name))
}

/** GitHub creates labels that are not there yet, knows those that are whatever their case, and has each once. */
function setOf({ state, repository }: RepositoryCall, names: readonly string[]): string[] {
  const known = names.map(name => {
    const there = [...repository.labels.keys()].find(other => other.toLowerCase() === name.toLowerCase())
    if (there === undefined) repository.labels.set(name, { id: newId(state), color: 'ededed', description: null })
    return there ?? name
  })
  return [...new Set(known)]
}

function checkBody(body: string): string {
  if (body.length > longestComment) {
    const message = `body is too long (maximum is ${longestComment} characters)`
    throw new Refused(422, 'Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message },
    ])
  }
  if (body.trim() === '') {
    throw new Refused(422, 'Validation Failed', [{ resource: 'IssueComment', code: 'missing_field', field: 'body' }])
  }
  return body
}

function shownComment({ id, number, author, body, createdAt, updatedAt }: Comment) {
  return {
    id,
    body,
    user: user(author),
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: 'NONE',
    html_url: `https://github.com/#issuecomment-${id}`,
    issue_url: `https://api.github.com/issues/${number}`,
  }
}
