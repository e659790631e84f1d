import type { Log } from '../../host/index.ts'
import { authorize } from './authorization.ts'
import { type Credentials, credentialFor } from './credentials.ts'
import { RegistryError } from './error.ts'
import { apiOf } from './host.ts'
import { refused, type Subject, unanswered } from './refusal.ts'

export type TransportOptions = {
  fetch: typeof fetch
  /** What `docker login` left; none when left out. */
  credentials?: Credentials
  log: Log
  /** Ends every request. */
  signal?: AbortSignal
}

/** One thing of a repository: `resource` is `manifests/<tag or digest>` or `blobs/<digest>`. */
export type Wanted = { registry: string; path: string; resource: string; accept: string; method: 'GET' | 'HEAD' }

export type Answer = { status: number; headers: Headers; body: Buffer }

/** Asks registries, answering their 401s. Statuses in `expected` are given back, other failures throw a RegistryError. */
export type Transport = (wanted: Wanted, expected?: readonly number[]) => Promise<Answer>

const timeout = 30_000
/** Registries refuse manifests over 4 MiB (distribution specification); configs are smaller than that in practice. */
const largest = 4 * 1024 * 1024

/** Opens a transport. What a repository granted is kept, and asked for again when it has expired. */
export function openTransport({ fetch, credentials = new Map(), log, signal }: TransportOptions): Transport {
  const granted = new Map<string, string>()

  return async (wanted, expected = []) => {
    const { registry, path, resource } = wanted
    const repository = `${registry}/${path}`
    const credential = credentialFor(credentials, registry, path)
    const separator = resource.includes(':') ? '@' : ':'
    const subject: Subject = {
      host: registry,
      wanted: `${path}${separator}${resource.slice(resource.indexOf('/') + 1)}`,
      authenticated: credential !== undefined,
    }
    const ask = async () => {
      const authorization = granted.get(repository)
      const limit = AbortSignal.timeout(timeout)
      log.debug(`${wanted.method} ${apiOf(registry)}/v2/${path}/${resource}`)
      return fetch(`${apiOf(registry)}/v2/${path}/${resource}`, {
        method: wanted.method,
        headers: { accept: wanted.accept, ...(authorization !== undefined && { authorization }) },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      }).catch(error => {
        throw cancelled(signal) ?? unanswered(subject, error)
      })
    }

    let response = await ask()
    if (response.status === 401) {
      const challenge = response.headers.get('www-authenticate') ?? ''
      const limit = AbortSignal.timeout(timeout)
      const combined = signal ? AbortSignal.any([signal, limit]) : limit
      const header = await authorize(challenge, { fetch, credential, subject, path, signal: combined })
      if (header !== undefined) {
        granted.set(repository, header)
        await response.body?.cancel()
        response = await ask()
      }
    }
    const body = await read(response, subject, signal)
    if (response.ok || expected.includes(response.status)) {
      return { status: response.status, headers: response.headers, body }
    }
    throw refused(subject, response, body.toString())
  }
}

/** Reads a body up to the limit, whatever length it claims. */
async function read(response: Response, subject: Subject, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength
      if (length > largest) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw cancelled(signal) ?? unanswered(subject, error)
  }
  if (length <= largest) return Buffer.concat(chunks)
  throw new RegistryError('invalid', {
    problem: `registry ${subject.host} sends more than ${largest} bytes for ${subject.wanted}`,
    cure: 'Check that this is a container image',
  })
}

function cancelled(signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : undefined
}
