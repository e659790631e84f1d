import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '../prometheus/listen.ts'
import { type Answered, answer } from './answer.ts'
import { type Faults, startFaults } from './faults.ts'
import type { Operation } from './operations.ts'
import { match } from './route.ts'
import { type Scene, startScene } from './scene.ts'
import type { State } from './state.ts'

/** A request that was answered. */
export type Seen = {
  method: string
  /** Below the API's address, with its query. */
  path: string
  operation: Operation
  /** What the server made of it; undefined where a fault came before. */
  status: number | undefined
  authorization: string | undefined
}

export type GitHubServer = Scene & {
  /** The API's address, as `GITHUB_API_URL` holds it. */
  url: string
  state: State
  faults: Faults
  requests: Seen[]
  /** What a test must not bring about: requests that GitHub describes nowhere, replies that it would not give. */
  problems: string[]
  /** Throws when there were problems. */
  close(): Promise<void>
}

export type ServerOptions = {
  /** Milliseconds since the epoch; the machine's when left out. */
  now?: () => number
  /** Where the API is below the server's root: `/api/v3` for a GitHub Enterprise Server. */
  prefix?: string
}

/**
 * Starts a GitHub on loopback: its API with the state behind it, each request and each reply checked against GitHub's
 * own description. It answers below `/api/v3` as well, where some clients look for any server but github.com.
 */
export async function startGitHub({ now = Date.now, prefix = '' }: ServerOptions = {}): Promise<GitHubServer> {
  const state: State = { repositories: new Map(), tokens: new Map(), apps: new Map(), nextId: 1001 }
  const faults = startFaults()
  const requests: Seen[] = []
  const problems: string[] = []
  const closing = new AbortController()
  const server = createServer((request, response) => {
    serve(request, response).catch(error => {
      if (!closing.signal.aborted) problems.push(error instanceof Error ? error.message : String(error))
      if (response.headersSent) response.destroy()
      else send(response, { status: 500, headers: {}, body: { message: String(error) } })
    })
  })
  const { url: root, close } = await listen(server)
  const url = `${root}${prefix}`

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const text = await textOf(request)
    const { pathname: given, search, searchParams } = new URL(request.url ?? '/', root)
    const pathname = byName(state, given.replace(/^\/api\/v3(?=\/)/, ''))
    const method = request.method ?? ''
    const matched = match(method, pathname)
    if (!matched) throw new Error(`${method} ${pathname} is not among the operations that this server has`)
    const { authorization } = request.headers
    const seen: Seen = {
      method,
      path: `${pathname}${search}`,
      operation: matched.operation,
      status: undefined,
      authorization,
    }
    requests.push(seen)
    const fault = faults.next(matched.operation)
    const { instead, afterwards } = fault ?? {}
    const moved = instead === undefined ? newAddress(state, matched.path, { pathname, search, url }) : undefined
    let answered: Answered | undefined
    if (instead !== undefined) answered = instead === 'drop' ? undefined : { headers: {}, ...instead }
    else if (moved) answered = moved
    else {
      const query = Object.fromEntries(searchParams)
      const asked = { state, query, text, authorization, now: now(), api: url, url: `${url}${pathname}` }
      answered = await answer({ ...matched, ...asked })
      seen.status = answered.status
    }
    if (fault?.delay !== undefined) await delay(fault.delay, undefined, { signal: closing.signal })
    if (afterwards === 'cut') return cut(response, answered)
    if (afterwards === 'drop') answered = undefined
    else if (afterwards !== undefined) answered = { headers: {}, ...afterwards }
    if (answered === undefined) response.destroy()
    else
      send(response, {
        ...answered,
        headers: { date: new Date(now()).toUTCString(), ...answered.headers, ...fault?.headers },
      })
  }

  return {
    ...startScene(state, now),
    url,
    state,
    faults,
    requests,
    problems,
    async close() {
      closing.abort()
      await close()
      if (problems.length > 0) throw new Error(problems.join('\n'))
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** `/repositories/<id>/…`, to which the redirects of renamed repositories lead, is a repository's other address. */
function byName({ repositories }: State, pathname: string): string {
  const [, id, rest] = /^\/repositories\/(\d+)(\/.*)?$/.exec(pathname) ?? []
  const repository = [...repositories.values()].find(one => String(one.id) === id)
  return repository ? `/repos/${repository.name}${rest ?? ''}` : pathname
}

/** GitHub's 301 for a repository that has another name now. */
function newAddress(
  { repositories }: State,
  { owner, repo }: Readonly<Record<string, string>>,
  { pathname, search, url }: { pathname: string; search: string; url: string },
): Answered | undefined {
  const former = `${owner}/${repo}`
  const repository = [...repositories.values()].find(({ formerNames }) => formerNames.includes(former))
  if (!repository || repositories.has(former)) return undefined
  const location = `${url}/repositories/${repository.id}${pathname.slice(`/repos/${former}`.length)}${search}`
  return { status: 301, headers: { location }, body: { message: 'Moved Permanently', url: location } }
}

function send(response: ServerResponse, { status, headers, body }: Answered) {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text)
}

/** Half of the answer, and then the end of the connection. */
function cut(response: ServerResponse, answered: Answered | undefined) {
  const text = JSON.stringify(answered?.body ?? {})
  response.writeHead(answered?.status ?? 200, {
    ...answered?.headers,
    'content-length': String(Buffer.byteLength(text)),
  })
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy())
}
