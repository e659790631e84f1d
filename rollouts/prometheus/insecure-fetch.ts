import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'

/**
 * A `fetch` that takes any certificate, for templates that say `insecure: true`: the global one can only be told so for
 * the whole process. It follows no redirect, asks for no compression, and sends texts and forms only.
 */
export const insecureFetch: typeof fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : String(input))
  const headers = new Headers(init.headers)
  const form = init.body instanceof URLSearchParams
  const body = form ? String(init.body) : (init.body ?? undefined)
  if (body !== undefined && typeof body !== 'string') throw new TypeError('only texts and forms can be sent')
  if (form) headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const { signal, method = 'GET' } = init
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        headers: Object.fromEntries(headers),
        rejectUnauthorized: false,
        ...(signal && { signal }),
      },
      answer => {
        const { statusCode: status = 502 } = answer
        const received = new Headers()
        for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
          for (const value of values) received.append(name, value)
        }
        const empty = status === 204 || status === 304
        if (empty) answer.resume()
        resolve(new Response(empty ? null : streamOf(answer), { status, headers: received }))
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Bytes are read as they are asked for, so a reader that stops early stops the server too. */
function streamOf(answer: Readable): ReadableStream {
  const chunks = answer[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(new Uint8Array(value))
    },
    cancel() {
      answer.destroy()
    },
  })
}
