import { z } from 'zod'
import type { GitHub } from './client.ts'
import { GitHubError } from './error.ts'
import { inRepository } from './repository.ts'

/** A comment on an issue or a pull request. */
export type IssueComment = {
  id: number
  body: string
  /** The login of who wrote it. */
  author: string
  /** Whether that is an App: people's logins hold no `[bot]`. */
  bot: boolean
}

/** The author is missing where the account is gone. */
const comment = z
  .looseObject({
    id: z.number(),
    body: z.string().nullish(),
    user: z.looseObject({ login: z.string(), type: z.string().optional() }).nullish(),
  })
  .transform(
    ({ id, body, user }): IssueComment => ({
      id,
      body: body ?? '',
      author: user?.login ?? '',
      bot: user?.type === 'Bot',
    }),
  )

const route = '/repos/{owner}/{repo}/issues'

/** All comments, oldest first. Needs `pull-requests: read` for a pull request. */
export function listComments(github: GitHub, repository: string, number: number): Promise<IssueComment[]> {
  return github.list(
    `GET ${route}/{issue_number}/comments`,
    { ...inRepository(repository), issue_number: number },
    comment,
  )
}

/** Writes a comment. `find` looks for it where nobody heard whether it was written. Needs `pull-requests: write`. */
export function createComment(
  github: GitHub,
  repository: string,
  { number, body, find }: { number: number; body: string; find: () => Promise<IssueComment | undefined> },
): Promise<IssueComment> {
  return github.change({
    route: `POST ${route}/{issue_number}/comments`,
    parameters: { ...inRepository(repository), issue_number: number, body },
    schema: comment,
    find,
  })
}

/** Writes a comment anew, in its place. Undefined when it is gone. Needs `pull-requests: write`. */
export async function updateComment(
  github: GitHub,
  repository: string,
  { id, body }: { id: number; body: string },
): Promise<IssueComment | undefined> {
  try {
    return await github.change({
      route: `PATCH ${route}/comments/{comment_id}`,
      parameters: { ...inRepository(repository), comment_id: id, body },
      schema: comment,
    })
  } catch (error) {
    if (error instanceof GitHubError && error.kind === 'not-found') return undefined
    throw error
  }
}

/** Deletes a comment; one that is gone is as good. Needs `pull-requests: write`. */
export async function deleteComment(github: GitHub, repository: string, id: number): Promise<void> {
  try {
    await github.change({
      route: `DELETE ${route}/comments/{comment_id}`,
      parameters: { ...inRepository(repository), comment_id: id },
      schema: z.unknown(),
    })
  } catch (error) {
    if (!(error instanceof GitHubError && error.kind === 'not-found')) throw error
  }
}
