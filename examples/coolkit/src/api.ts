import type { RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { catalogue } from './catalogue.ts'
import { failing } from './fault.ts'
import type { Metrics } from './metrics.ts'
import type { Settings } from './settings.ts'

type Answer = { code: number; body: unknown }

/** The routes as metrics name them: never the path itself, which anybody may make up. */
export const routes = ['/', '/kits', '/kits/{name}', 'other']

/** What nginx writes when the client did not wait for the answer. */
const clientLeft = 499

/** The service itself: `GET /`, `GET /kits`, `GET /kits/{name}`. Each answer names the release that gave it. */
export function api(settings: Settings, metrics: Metrics, leaving: () => boolean): RequestListener {
  const fails = failing(settings.fault)
  const { app, cluster, tag, track } = settings.identity
  return async (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    const route = routeOf(path)
    const end = metrics.begin(route)
    response.once('close', () => end(response.writableFinished ? response.statusCode : clientLeft))
    if (settings.delay > 0) await sleep(settings.delay)
    if (leaving()) response.setHeader('connection', 'close')
    response.setHeader('x-release', tag)
    if (fails()) return send(response, { code: 500, body: { error: 'this release fails on purpose' } })
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return send(response, { code: 405, body: { error: 'only GET and HEAD are answered' } })
    }
    send(response, route === '/' ? { code: 200, body: { app, cluster, tag, track } } : find(path))
  }
}

function routeOf(path: string): string {
  if (path === '/' || path === '/kits') return path
  return /^\/kits\/[^/]+$/.test(path) ? '/kits/{name}' : 'other'
}

function find(path: string): Answer {
  if (path === '/kits') return { code: 200, body: catalogue.map(kit => kit.name) }
  const kit = catalogue.find(({ name }) => path === `/kits/${name}`)
  return kit ? { code: 200, body: kit } : { code: 404, body: { error: 'no such thing' } }
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}
