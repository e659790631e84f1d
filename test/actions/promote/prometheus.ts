import { createServer } from 'node:http'
import { type Listening, listen } from '../../support/prometheus/listen.ts'

/**
 * A Prometheus on loopback in which every cluster has one target that runs what `pinned` says, scraped just now; any
 * other query gives `errors`.
 */
export async function startPrometheus(world: {
  pinned(cluster: string): Promise<string>
  errors: number
}): Promise<Listening> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const query = new URLSearchParams(body).get('query') ?? ''
    const cluster = /cluster="([^"]+)"/.exec(query)?.[1] ?? ''
    const now = Date.now() / 1000
    const metric = { job: 'app', instance: cluster, digest: await world.pinned(cluster) }
    const value = /^(?:up|stovepipe_build_info)\{/.test(query) ? '1' : String(world.errors)
    const [resultType, samples] = query.endsWith(']')
      ? ['matrix', { values: [now - 0.002, now - 0.001].map(at => [at, value]) }]
      : ['vector', { value: [now, value] }]
    const data = { resultType, result: [{ metric, ...samples }] }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'success', data }))
  })
  return listen(server)
}
