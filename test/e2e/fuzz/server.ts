import { createServer } from 'node:http'
import { listen } from '../../support/prometheus/listen.ts'
import type { Reply, Request } from '../oracle/index.ts'

/** The oracle's scripted Prometheus (`oracle/server.go`) once more, for the engine: the same bytes for the same requests. */
export async function startServer() {
  let script: Record<string, readonly Reply[]> = {}
  let requests: Record<string, Request[]> = {}

  function next(request: Request): Reply {
    const { query = '' } = request.form
    const name = /marker="(\w+)"/.exec(query)?.[1] ?? query
    const seen = Object.hasOwn(requests, name) ? (requests[name] ?? []) : []
    requests[name] = [...seen, request]
    const replies = Object.hasOwn(script, name) ? (script[name] ?? []) : []
    return replies[Math.min(seen.length, replies.length - 1)] ?? { status: 404, body: `no script for ${query}` }
  }

  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    const url = new URL(incoming.url ?? '/', 'http://loopback')
    const { time: _time, ...form } = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)])
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).flatMap(([name, value]) =>
        name.startsWith('x-') && value !== undefined ? [[name, Buffer.from(String(value), 'latin1').toString()]] : [],
      ),
    )
    const reply = next({
      method: incoming.method ?? '',
      path: url.pathname,
      form,
      ...(Object.keys(headers).length > 0 && { headers }),
    })
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body)
  })
  const { url, close } = await listen(server)
  return {
    url,
    close,
    load(loaded: Record<string, readonly Reply[]>) {
      script = loaded
      requests = {}
    },
    requests: () => requests,
  }
}
