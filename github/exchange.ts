import { isNativeError } from 'node:util/types'
import { parseJson } from '../configuration/index.ts'
import type { Clock, Log } from '../host/index.ts'
import { type Address, within } from './address.ts'
import { GitHubError } from './error.ts'
import { refusalOf } from './refusal.ts'
import { checkToken, hiding, type Token } from './token.ts'

export type Connection = {
  address: Address
  token: Token
  /** Whether the token gives another when one is refused, as an App's does. */
  renewable: boolean
  fetch: typeof fetch
  clock: Clock
  log: Log
  signal?: AbortSignal | undefined
  /** Milliseconds for one answer, from the first byte sent to the last byte read. */
  timeout: number
}

export type Request = { method: string; url: string; headers: Record<string, string>; body?: string | undefined }

/** The body is undefined when there was none. `hide` takes the tokens that were sent out of what is shown of it. */
export type Answer = { status: number; headers: Headers; body: unknown; hide: (text: string) => string }

/** As many as GitHub's own client follows. */
const mostRedirects = 5
/** No answer that is read here is larger, in bytes. */
const largest = 32 * 2 ** 20

/**
 * Sends a request once and reads the answer to its end. A renamed repository's redirect is followed with the same
 * method and body, a token that was refused is renewed once: GitHub did nothing in both cases. Throws a GitHubError, or
 * the signal's reason.
 */
export async function exchange(connection: Connection, request: Request): Promise<Answer> {
  let { url } = request
  let token = checkToken(await connection.token())
  const sent = [token]
  let renewed = false
  for (let redirects = 0; ; ) {
    const asked = nameOf(connection.address, { ...request, url })
    const { response, text } = await send(connection, { ...request, url }, token, asked)
    connection.log.debug(`${asked}: HTTP ${response.status}`)
    if (response.status === 401 && !renewed && connection.renewable) {
      renewed = true
      const other = checkToken(await connection.token(token))
      if (other !== token) {
        token = other
        sent.push(token)
        continue
      }
    }
    if (isRedirect(response.status, request.method)) {
      url = redirectOf(connection.address, response, url, asked)
      if (++redirects <= mostRedirects) continue
      throw new GitHubError('unexpected', { problem: `${asked}: more than ${mostRedirects} redirects` })
    }
    return read(connection, request, { response, text, asked, hide: hiding(sent) })
  }
}

/** The method and the path below the API's address, for people. */
export function nameOf(address: Address, { method, url }: { method: string; url: string }): string {
  const { pathname } = new URL(url)
  return `${method} ${pathname.startsWith(address.path) ? pathname.slice(address.path.length) : pathname}`
}

type Exchanged = { response: Response; text: string; asked: string; hide: (text: string) => string }

async function send(connection: Connection, request: Request, token: string, asked: string) {
  const { signal, timeout } = connection
  signal?.throwIfAborted()
  const limit = AbortSignal.timeout(timeout)
  const { url, method, headers, body } = request
  try {
    const response = await connection.fetch(url, {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
      redirect: 'manual', // fetch would turn a POST into a GET on 301
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    return { response, text: await readText(response, asked) }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof GitHubError) throw error
    const why = limit.aborted ? `no answer within ${timeout / 1000} s` : wordsOf(error)
    throw new GitHubError('unavailable', {
      problem: `${asked}: ${why}`,
      uncertain: method !== 'GET' && !neverSent(error),
      cause: error,
    })
  }
}

async function readText(response: Response, asked: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > largest) {
      throw new GitHubError('unexpected', { problem: `${asked}: the answer is larger than ${largest} bytes` })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function read(connection: Connection, { method }: Request, { response, text, asked, hide }: Exchanged): Answer {
  const { status, headers } = response
  const changes = method !== 'GET'
  if (status >= 200 && status < 300) {
    const json = /\bjson\b/.test(headers.get('content-type') ?? '')
    // GitHub answers 204 where there is nothing to say: JSON that was announced and did not come was lost on the way.
    if (text === '' && (status === 204 || !json)) return { status, headers, body: undefined, hide }
    const body = parseJson(text)
    if (body !== undefined) return { status, headers, body, hide }
    throw new GitHubError(json ? 'unavailable' : 'unexpected', {
      problem: json ? `${asked}: the answer was cut off` : `${asked}: the answer is not of GitHub's API`,
      cure: json ? undefined : `Check the API's address ${connection.address.url}`,
      status,
      uncertain: changes,
    })
  }
  const { renewable, clock } = connection
  throw refusalOf({
    asked,
    status,
    headers,
    body: text,
    hide,
    token: renewable ? 'renewable' : 'fixed',
    changes,
    now: clock.now(),
  })
}

/** 301, 302, 307 and 308 want the same request elsewhere; 303 wants a GET, which no change may become. */
function isRedirect(status: number, method: string): boolean {
  return [301, 302, 307, 308].includes(status) || (status === 303 && method === 'GET')
}

function redirectOf(address: Address, { headers }: Response, from: string, asked: string): string {
  const location = headers.get('location') ?? ''
  const url = location === '' ? null : URL.parse(location, from)
  if (url && within(address, url.href)) return url.href
  throw new GitHubError('unexpected', {
    problem: `${asked}: redirected to ${url ? url.origin : 'nowhere'}, which is not the API at ${address.url}`,
  })
}

/** The system's names for a connection that never came to be, so that nothing was sent on it. */
function neverSent(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']
  const cause: unknown = isError(error) ? error.cause : undefined
  return isError(cause) && 'code' in cause && codes.includes(String(cause.code))
}

/** fetch says "fetch failed", and why in its cause. */
function wordsOf(error: unknown): string {
  const cause: unknown = isError(error) ? error.cause : undefined
  const words = isError(cause) ? cause.message : isError(error) ? error.message : ''
  return words || 'no answer'
}

function isError(value: unknown): value is Error {
  return isNativeError(value) || value instanceof Error
}
