import { endpoint } from '@octokit/endpoint'
import type { z } from 'zod'
import type { Clock, Log } from '../host/index.ts'
import { parseAddress, within } from './address.ts'
import { change as makeChange } from './change.ts'
import { GitHubError } from './error.ts'
import { type Answer, type Connection, exchange, nameOf, type Request } from './exchange.ts'
import { itemsOf, nextPage } from './page.ts'
import { startPatience } from './patience.ts'
import type { Token } from './token.ts'

export type GitHubOptions = {
  /** Its API's address, as `GITHUB_API_URL` holds it. */
  api: string
  /** A token, or where to get one before each request. */
  token: string | Token
  fetch: typeof fetch
  clock: Clock
  log: Log
  /** Ends requests and waits. */
  signal?: AbortSignal
  /** Milliseconds for one answer; 30 s when left out. */
  timeout?: number
  /** Milliseconds that one call may wait for rate limits to end; two minutes when left out. */
  patience?: number
}

/** What a route takes: what its path names goes there, the rest into the query of a GET or the body of a change. */
export type RouteParameters = Readonly<Record<string, unknown>>

/** A change: `route` is for example `POST /repos/{owner}/{repo}/issues/{issue_number}/labels`. */
export type Change<T> = {
  route: string
  parameters: RouteParameters
  /** Of the answer; it must accept undefined where GitHub answers without a body. */
  schema: z.ZodType<T>
  /**
   * Looks up whether the change was made, where nobody heard how it ended, before it is sent again. Not needed where
   * making it twice is the same as making it once. A POST without it is not sent again.
   */
  find?: (() => Promise<T | undefined>) | undefined
}

/**
 * GitHub's REST API. Reads are tried again while GitHub is in trouble, changes only when it is certain that they were
 * not made. Every method throws a GitHubError, or the signal's reason when that is aborted.
 */
export interface GitHub {
  /** Reads one thing. */
  get<T>(route: string, parameters: RouteParameters, schema: z.ZodType<T>): Promise<T>
  /** Reads all pages of a list, whether its items come bare or beside `total_count`; `schema` is of one item. */
  list<T>(route: string, parameters: RouteParameters, schema: z.ZodType<T>): Promise<T[]>
  /** Creates, changes or deletes something. */
  change<T>(change: Change<T>): Promise<T>
}

/** The version of the API that the schemas of this folder are of. */
const version = '2022-11-28'
/** GitHub stops at this many by page number in most lists; it also ends a list that links in a circle. */
const mostPages = 1000

/** Opens the API. Nothing is asked yet. Throws a ConfigurationError for an address that cannot be one. */
export function openGitHub(options: GitHubOptions): GitHub {
  const { token, fetch, clock, log, signal, timeout = 30_000, patience = 120_000 } = options
  const address = parseAddress(options.api)
  const renewable = typeof token === 'function'
  const connection: Connection = {
    address,
    token: renewable ? token : async () => token,
    renewable,
    fetch,
    clock,
    log,
    signal,
    timeout,
  }
  const startWaiting = () => startPatience({ clock, log, signal, longest: patience })

  async function read(request: Request): Promise<Answer> {
    const waiting = startWaiting()
    for (;;) {
      try {
        return await exchange(connection, request)
      } catch (error) {
        await waiting.wait(error)
      }
    }
  }

  return {
    async get(route, parameters, schema) {
      const request = requestOf(address.url, route, parameters)
      return parse(schema, await read(request), nameOf(address, request))
    },
    async list(route, parameters, schema) {
      const first = requestOf(address.url, route, { per_page: 100, ...parameters })
      const asked = nameOf(address, first)
      const items: z.infer<typeof schema>[] = []
      let url: string | undefined = first.url
      for (let page = 0; url !== undefined; page++) {
        if (page === mostPages) throw new GitHubError('unexpected', { problem: `${asked}: the list does not end` })
        const answer: Answer = await read({ ...first, url })
        for (const body of itemsOf(answer.body, asked)) items.push(parse(schema, { ...answer, body }, asked))
        url = nextPage(answer.headers.get('link'))
        if (url !== undefined && !within(address, url)) {
          throw new GitHubError('unexpected', {
            problem: `${asked}: the next page is not at the API's address ${address.url}`,
          })
        }
      }
      return items
    },
    change({ route, parameters, schema, find }) {
      const request = requestOf(address.url, route, parameters)
      const asked = nameOf(address, request)
      return makeChange({
        method: request.method,
        send: async () => parse(schema, await exchange(connection, request), asked),
        find,
        nothing: () => {
          const { success, data } = schema.safeParse(undefined)
          return success ? { data } : undefined
        },
        patience: startWaiting(),
      })
    },
  }
}

/** Octokit's `endpoint` fills in the path and the query, with everything in them encoded. */
function requestOf(baseUrl: string, route: string, parameters: RouteParameters): Request {
  const named = new Set([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  const inPath = Object.fromEntries(Object.entries(parameters).filter(([name]) => named.has(name)))
  const rest = Object.fromEntries(Object.entries(parameters).filter(([name]) => !named.has(name)))
  const reads = route.startsWith('GET ')
  const { method, url } = endpoint(route, { baseUrl, ...inPath, ...(reads && rest) })
  const body = reads || Object.keys(rest).length === 0 ? undefined : JSON.stringify(rest)
  return {
    method,
    url,
    headers: {
      accept: 'application/vnd.github+json',
      'user-agent': 'stovepipe',
      'x-github-api-version': version,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body,
  }
}

function parse<T>(schema: z.ZodType<T>, { body, hide }: Answer, asked: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue?.path.map(String).join('.')
  // The names of fields are GitHub's words too.
  const what = hide(`${where ? `${where}: ` : ''}${issue?.message}`)
  throw new GitHubError('unexpected', {
    problem: `${asked}: the answer is not what GitHub's API describes: ${what}`,
    cause: new Error(hide(result.error.message)),
  })
}
