import { type Bearer, bearerOf, checkAccess } from './access.ts'
import { notFound, Refused, type Reply } from './call.ts'
import { faultInReply, faultInRequest } from './description.ts'
import { fillReply } from './fill.ts'
import { handlers, ofRepositories } from './handlers.ts'
import { type Operation, operations } from './operations.ts'
import type { Matched } from './route.ts'
import type { Repository, State } from './state.ts'

export type Asked = Matched & {
  state: State
  query: Readonly<Record<string, string>>
  /** As it came. */
  text: string
  authorization: string | undefined
  now: number
  api: string
  /** Without its query. */
  url: string
}

export type Answered = { status: number; headers: Record<string, string>; body?: unknown }

/** Answers as GitHub would. Throws where this server would answer something that GitHub does not. */
export async function answer(asked: Asked): Promise<Answered> {
  const headers = headersOf(asked)
  try {
    const reply = await handle(asked)
    const { status, body, link } = 'list' in reply ? page(reply, asked) : { ...reply, link: undefined }
    const filled = body === undefined ? undefined : fillReply(asked.operation, status, body)
    const fault = faultInReply(asked.operation, status, filled)
    if (fault !== undefined) throw new Error(`${asked.operation}: GitHub would not answer so: ${fault}`)
    return { status, headers: { ...headers, ...(link !== undefined && { link }) }, body: filled }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { status, message, errors } = error
    return {
      status,
      headers,
      body: { message, ...(errors && { errors }), documentation_url: 'https://docs.github.com/rest' },
    }
  }
}

async function handle(asked: Asked): Promise<Reply> {
  const { state, operation, path, query, now, api } = asked
  const bearer =
    operations[operation] === 'none' && !asked.authorization ? {} : bearerOf(state, asked.authorization, now)
  const repository = repositoryOf(asked)
  if (path.owner !== undefined && !repository) throw notFound()
  checkAccess(operation, bearer, repository)
  const body = parseBody(asked.text)
  const fault = faultInRequest(operation, { query, body })
  if (fault !== undefined) throw new Refused(422, `Invalid request.\n\n${fault}`)
  const call = { state, path, query, body, login: loginOf(bearer), token: bearer.token, app: bearer.app, now, api }
  const reply = repository
    ? await ofRepositories[operation]?.({ ...call, repository })
    : await handlers[operation]?.(call)
  if (reply === undefined) throw new Error(`${operation} has no handler`)
  return reply
}

function repositoryOf({ state, path: { owner, repo } }: Asked): Repository | undefined {
  return owner === undefined ? undefined : state.repositories.get(`${owner}/${repo}`)
}

function loginOf({ token, app }: Bearer): string {
  return token?.login ?? `${app?.slug ?? 'nobody'}[bot]`
}

function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(400, 'Problems parsing JSON')
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function page({ list, under, beside }: Extract<Reply, { list: unknown }>, { query, url }: Asked) {
  const size = Math.min(Number(query.per_page ?? 30), 100)
  const number = Number(query.page ?? 1)
  const last = Math.max(Math.ceil(list.length / size), 1)
  const items = list.slice((number - 1) * size, number * size)
  const to = (target: number, rel: string) =>
    `<${url}?${new URLSearchParams({ ...query, page: String(target) })}>; rel="${rel}"`
  const links = [
    ...(number > 1 ? [to(number - 1, 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ]
  const body = under === undefined ? items : { total_count: list.length, [under]: items, ...beside }
  return { status: 200, body, link: links.length > 0 ? links.join(', ') : undefined }
}

function headersOf({ operation, now }: Asked): Record<string, string> {
  const needed = operations[operation satisfies Operation]
  const named = needed !== 'none' && needed !== 'app'
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-reset': String(Math.floor(now / 1000) + 3600),
    ...(named && { 'x-accepted-github-permissions': needed }),
  }
}
