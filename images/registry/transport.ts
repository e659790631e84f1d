import type { Clock, Log } from '../../host/index.ts'
import { authorize } from './authorization.ts'
import { type Credentials, credentialFor } from './credentials.ts'
import { RegistryError } from './error.ts'
import { apiOf } from './host.ts'
import { waitBefore } from './patience.ts'
import { read, reasonOf } from './read.ts'
import { refused, type Subject, unanswered } from './refusal.ts'

export type TransportOptions = {
  fetch: typeof fetch
  /** What `docker login` left; none when left out. */
  credentials?: Credentials
  log: Log
  /** With it, a request that met a limit or a failing registry is sent again after a while. */
  clock?: Clock
  /** Ends every request. */
  signal?: AbortSignal
}

/** One thing of a repository: `resource` is `manifests/<tag or digest>`, `blobs/<digest>` or `tags/list`. */
export type Wanted = {
  registry: string
  path: string
  resource: string
  accept: string
  method: 'GET' | 'HEAD' | 'PUT'
  /** What is put, with its media type. */
  content?: { type: string; body: Buffer }
}

export type Answer = { status: number; headers: Headers; body: Buffer }

/**
 * Asks registries, answering their 401s and waiting where that may help. Statuses in `expected` are given back, other
 * failures throw a RegistryError.
 */
export type Transport = (wanted: Wanted, expected?: readonly number[]) => Promise<Answer>

const timeout = 30_000

/** Opens a transport. What a repository granted is kept, and asked for again when it has expired. */
export function openTransport(options: TransportOptions): Transport {
  const { log, clock, signal } = options
  const ask = openAsking(options)

  return async (wanted, expected = []) => {
    for (let failed = 1; ; failed++) {
      try {
        return await ask(wanted, expected)
      } catch (error) {
        const wait = error instanceof RegistryError && clock ? waitBefore(failed, error) : undefined
        if (wait === undefined || !clock || !(error instanceof RegistryError)) throw error
        log.info(`${error.problem}; trying again in ${wait / 1000} s`)
        await clock.sleep(wait, signal)
      }
    }
  }
}

/** Asks once, and once more with the authorization that a 401 led to. */
function openAsking({ fetch, credentials = new Map(), log, clock, signal }: TransportOptions): Transport {
  const granted = new Map<string, string>()

  return async (wanted, expected = []) => {
    const { registry, path, resource, method, content } = wanted
    const credential = credentialFor(credentials, registry, path)
    const subject = subjectOf(wanted, credential !== undefined)
    // A token to read does not allow to write, and a registry may say so with 403, which no new token is asked for.
    const right = `${registry}/${path} ${method === 'PUT' ? 'push' : 'pull'}`
    const limited = () => {
      const limit = AbortSignal.timeout(timeout)
      return signal ? AbortSignal.any([signal, limit]) : limit
    }
    const send = async () => {
      const authorization = granted.get(right)
      const url = `${apiOf(registry)}/v2/${path}/${resource}`
      log.debug(`${method} ${url}`)
      const headers = {
        accept: wanted.accept,
        ...(content && { 'content-type': content.type }),
        ...(authorization !== undefined && { authorization }),
      }
      const body = content && new Uint8Array(content.body)
      return fetch(url, { method, headers, signal: limited(), ...(body && { body }) }).catch(error => {
        throw reasonOf(signal) ?? unanswered(subject, error)
      })
    }

    let response = await send()
    // After a redirect it is another server that asks, and the credentials are this one's.
    if (response.status === 401 && isFrom(response, registry)) {
      const challenge = response.headers.get('www-authenticate') ?? ''
      const request = { fetch, credential, subject, path, push: method === 'PUT', signal: limited(), cancelled: signal }
      const header = await authorize(challenge, request)
      if (header !== undefined) {
        granted.set(right, header)
        await response.body?.cancel()
        response = await send()
      }
    }
    const body = await read(response, subject, signal)
    if (response.ok || expected.includes(response.status)) {
      return { status: response.status, headers: response.headers, body }
    }
    throw refused(subject, response, body.toString(), clock)
  }
}

/** Whether a registry itself gave an answer: `fetch` follows redirects to wherever they lead. */
function isFrom(response: Response, registry: string): boolean {
  return !response.redirected || URL.parse(response.url)?.origin === new URL(apiOf(registry)).origin
}

function subjectOf({ registry, path, resource, method }: Wanted, authenticated: boolean): Subject {
  const slash = resource.indexOf('/')
  const separator = resource.includes(':') ? '@' : ':'
  const wanted = resource === 'tags/list' ? `the tags of ${path}` : `${path}${separator}${resource.slice(slash + 1)}`
  return { host: registry, wanted, put: method === 'PUT', authenticated }
}
