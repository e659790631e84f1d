import { type IncomingMessage, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import { isNativeError } from 'node:util/types'
import { readRetryAfter, systemClock } from '../host/index.ts'
import { KubernetesError, refusalOf } from './error.ts'
import { unless } from './unless.ts'

/** Proves who asks: headers, certificates and the agent for a request to the server, as `node:https` takes them. */
export interface Credentials {
  /** The API server's address, without a slash at its end. */
  readonly server: string
  /**
   * May read files and run the kubeconfig's own program, which ends with the signal. Throws a KubernetesError when there
   * are none to be had, or the signal's reason.
   */
  options(signal: AbortSignal): Promise<RequestOptions>
  /** Reads them anew, after the server did not accept them. */
  renew(): Promise<void>
}

export type Request = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  path: string
  body?: unknown
  /** Of the body; JSON when left out. */
  contentType?: string
  signal: AbortSignal
}

/** No answer of an API server that is read as a whole is larger, in bytes. */
const largest = 64 * 2 ** 20

/**
 * Sends a request and gives the answer as it arrives, if it is a success. Credentials that were not accepted are read
 * anew once. Throws a KubernetesError, or the signal's reason.
 */
export async function send(credentials: Credentials, request: Request): Promise<IncomingMessage> {
  const answer = await exchange(credentials, request)
  if (answer.statusCode !== 401) return succeeded(answer)
  answer.destroy()
  await credentials.renew()
  return succeeded(await exchange(credentials, request))
}

/** Reads an answer to its end as JSON. */
export async function readJson(answer: IncomingMessage): Promise<unknown> {
  const text = await readText(answer)
  try {
    return JSON.parse(text)
  } catch {
    throw refusalOf(answer.statusCode ?? 200, text) // a success that is no JSON comes from a login page or a proxy
  }
}

async function succeeded(answer: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode = 0 } = answer
  if (statusCode >= 200 && statusCode < 300) return answer
  throw withRetryAfter(refusalOf(statusCode, await readText(answer)), answer)
}

/** A server that is too busy says in a header when to come back. */
function withRetryAfter(error: KubernetesError, { headers }: IncomingMessage): KubernetesError {
  const retryAfter = readRetryAfter({ retryAfter: headers['retry-after'], date: headers.date }, systemClock.now())
  if (error.retryAfter !== undefined || retryAfter === undefined) return error
  const { reason, message, status, kind, causes } = error
  return new KubernetesError(reason, message, {
    causes,
    retryAfter,
    ...(status !== undefined && { status }),
    ...(kind !== undefined && { kind }),
  })
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer) {
      size += chunk.length
      if (size > largest) throw new KubernetesError('unexpected', `the answer is larger than ${largest} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof KubernetesError ? error : unreachable(error)
  } finally {
    answer.destroy()
  }
  return Buffer.concat(chunks).toString()
}

async function exchange(credentials: Credentials, request: Request): Promise<IncomingMessage> {
  const { method, path, body, contentType = 'application/json', signal } = request
  signal.throwIfAborted()
  const options = await unless(signal, credentials.options(signal))
  const url = new URL(credentials.server + path)
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const start = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = start(
      url,
      {
        ...options,
        method,
        signal,
        headers: {
          ...options.headers,
          accept: 'application/json',
          'user-agent': 'stovepipe',
          ...(payload && { 'content-type': contentType, 'content-length': payload.length }),
        },
      },
      resolve,
    )
    sent.once('error', error => reject(signal.aborted ? signal.reason : unreachable(error)))
    sent.end(payload)
  })
}

/** The network's own words, and what to look at. */
export function unreachable(cause: unknown): KubernetesError {
  const message = isNativeError(cause) ? cause.message || cause.name : String(cause)
  return new KubernetesError('unreachable', message, { cause })
}
