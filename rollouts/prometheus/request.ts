import { PrometheusError, reasonOf } from './error.ts'

/** How to reach a server: everything a request needs that the query does not change. */
export type Connection = {
  fetch: typeof fetch
  /** What to call the server in messages; free of credentials. */
  name: string
  headers: Headers
  /** Milliseconds from the first byte sent to the last byte read. */
  timeout: number
  /** The longest answer that is read, in bytes after decompression. */
  maxBytes: number
  signal?: AbortSignal
}

export type Answer = { status: number; body: string }

const redirectLimit = 5

/**
 * Sends a form by POST, and by GET where POST is not known (405 and 501, as client_golang's DoGetFallback). The time and the size
 * of the answer are bounded, whatever the server does. Redirects that keep the method (307, 308) are followed on the
 * same host only, because headers carry credentials. Throws a PrometheusError, or the signal's reason when aborted.
 */
export async function sendForm(connection: Connection, url: URL, form: URLSearchParams): Promise<Answer> {
  const { signal, late, release } = bounded(connection)
  try {
    const answer = await send(connection, signal, url, 'POST', form)
    return answer.status === 405 || answer.status === 501
      ? await send(connection, signal, withQuery(url, form), 'GET')
      : answer
  } catch (cause) {
    if (connection.signal?.aborted) throw connection.signal.reason
    if (cause instanceof PrometheusError) throw cause
    if (late()) {
      throw new PrometheusError('timeout', `${connection.name} did not answer within ${connection.timeout / 1000} s`, {
        cure: 'Make the query cheaper, or raise the timeout of the metric',
        cause,
      })
    }
    throw new PrometheusError('unreachable', `${connection.name} does not answer: ${reasonOf(cause)}`, {
      cure: 'Check the address, and that it can be reached from here',
      cause,
    })
  } finally {
    release()
  }
}

const longestTimer = 2 ** 31 - 1

/** One signal for both ends of a request. AbortSignal.any and AbortSignal.timeout do the same at several times the cost. */
function bounded({ signal, timeout }: Connection): { signal: AbortSignal; late(): boolean; release(): void } {
  const stop = new AbortController()
  let late = false
  const abort = () => stop.abort(signal?.reason)
  const timer = setTimeout(
    () => {
      late = true
      stop.abort(new Error('the time is over'))
    },
    Math.min(timeout, longestTimer),
  )
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  return {
    signal: stop.signal,
    late: () => late,
    release() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

async function send(
  connection: Connection,
  signal: AbortSignal,
  start: URL,
  method: 'GET' | 'POST',
  body?: URLSearchParams,
): Promise<Answer> {
  let url = start
  for (let hops = 0; hops <= redirectLimit; hops++) {
    const response = await connection.fetch(url.href, {
      method,
      headers: connection.headers,
      redirect: 'manual',
      signal,
      ...(body && { body }),
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) {
      return { status: response.status, body: await readBody(connection, response) }
    }
    await response.body?.cancel()
    url = redirected(connection, url, location, response.status)
  }
  throw new PrometheusError('response', `${connection.name} redirects in a loop`, {
    cure: 'Give the address that it ends at',
  })
}

function redirected({ name }: Connection, from: URL, location: string, status: number): URL {
  const to = URL.parse(location, from.href)
  if (to && to.hostname === from.hostname && (status === 307 || status === 308)) return to
  throw new PrometheusError('response', `${name} redirects to ${to ? to.origin : 'somewhere else'} (${status})`, {
    cure: 'Give that address instead: a query and its credentials are not sent on to another host',
  })
}

function withQuery(url: URL, form: URLSearchParams): URL {
  const full = new URL(url)
  for (const [name, value] of form) full.searchParams.append(name, value)
  return full
}

async function readBody({ name, maxBytes }: Connection, response: Response): Promise<string> {
  if (!response.body) return ''
  // An answer that says its length is no longer than that, unless it is compressed; reading it at once is much cheaper.
  const length = response.headers.get('content-length')
  if (length !== null && Number(length) <= maxBytes && !response.headers.has('content-encoding')) {
    return Buffer.from(await response.arrayBuffer()).toString('utf8')
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maxBytes) {
      throw new PrometheusError('response', `${name} answered with more than ${Math.round(maxBytes / 2 ** 20)} MiB`, {
        cure: 'Aggregate in the query, so that it gives fewer series',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
