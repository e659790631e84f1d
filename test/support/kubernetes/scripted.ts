import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../prometheus/listen.ts'

export type Asked = {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  headers: NodeJS.Dict<string>
}

/** Answers a request; what it returns is sent as JSON with status 200, unless it has written something itself. */
export type Handler = (asked: Asked, response: ServerResponse) => unknown

export type ScriptedApi = { url: string; kubeconfig: string; asked: Asked[]; close(): Promise<void> }

/** A server on loopback that a test plays a Kubernetes API with, and a kubeconfig for it. */
export async function startScriptedApi(handler: Handler): Promise<ScriptedApi> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const one = await read(request)
    asked.push(one)
    const answer = await handler(one, response)
    if (answer !== undefined && !response.headersSent) send(response, 200, answer)
  })
  const { url, close } = await listen(server)
  return { url, kubeconfig: kubeconfigFor(url), asked, close }
}

export function kubeconfigFor(url: string, user: unknown = { token: 'test-token-0123456789' }): string {
  return JSON.stringify({
    clusters: [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'tester', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester', namespace: 'apps' } }],
    'current-context': 'test',
  })
}

export function send(response: ServerResponse, code: number, body: unknown, type = 'application/json'): undefined {
  response.writeHead(code, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body))
  return undefined
}

/** A refusal as the API server words it (metav1.Status). */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  details = {},
): undefined {
  return send(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details })
}

/** Starts a watch; each call of what it gives sends one event. */
export function startWatch(response: ServerResponse): (type: string, object: unknown) => void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  return (type, object) => {
    response.write(`${JSON.stringify({ type, object })}\n`)
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  let text = ''
  for await (const chunk of request) text += chunk
  const url = new URL(request.url ?? '/', 'http://loopback')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, body, headers }
}
