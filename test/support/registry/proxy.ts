import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What goes wrong between a client and the registry. */
export type RegistryFault =
  | { kind: 'none' }
  /** Requests get this answer, and the registry sees none: all, those with one method, or so many of them. */
  | {
      kind: 'answer'
      status: number
      headers?: Readonly<Record<string, string>>
      body?: string
      method?: string
      times?: number
    }
  /** Bodies of answers arrive with one more byte, headers as they were. */
  | { kind: 'tamper' }
  /** The connection breaks as soon as the request is there. */
  | { kind: 'drop' }
  /** A token is asked for, and its own token service sells one to this user. */
  | { kind: 'token'; username: string; password: string; lifetime?: number }
  /** This user's name and password are asked for. */
  | { kind: 'basic'; username: string; password: string }

export type FaultyRegistry = {
  host: string
  /** May be changed at any time. */
  fault: RegistryFault
  /** `METHOD path` of every request, in order. */
  readonly requests: string[]
  stop(): Promise<void>
}

/** Stands before the registry at `upstream` and does `fault` to what passes. */
export async function startFaultyRegistry(upstream: string): Promise<FaultyRegistry> {
  const tokens = new Map<string, number>()
  const server = createServer((request, response) => {
    faulty.requests.push(`${request.method} ${request.url}`)
    handle(request, response).catch(error => response.destroy(error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port')
  const host = `127.0.0.1:${address.port}`
  const faulty: FaultyRegistry = {
    host,
    fault: { kind: 'none' },
    requests: [],
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return faulty

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = faulty
    const { authorization = '' } = request.headers
    switch (fault.kind) {
      case 'none':
      case 'tamper':
        return forward(request, response, fault.kind === 'tamper')
      case 'answer':
        if (fault.method !== undefined && fault.method !== request.method) return forward(request, response, false)
        if (fault.times !== undefined && --fault.times <= 0) faulty.fault = { kind: 'none' }
        response.writeHead(fault.status, fault.headers)
        response.end(fault.body)
        return
      case 'drop':
        request.socket.destroy()
        return
      case 'basic':
        if (authorization === basic(fault)) return forward(request, response, false)
        return challenge(response, 'Basic realm="registry"')
      case 'token':
        if (request.url?.startsWith('/token?')) return sell(fault, request.url, authorization, response)
        if (request.method === 'PUT' && authorization.startsWith('Bearer reading-')) {
          response.writeHead(403).end()
          return
        }
        if (isBought(authorization)) return forward(request, response, false)
        return challenge(
          response,
          `Bearer realm="http://${host}/token",service="the \\"registry\\"",scope="repository:x:pull"`,
        )
    }
  }

  function sell(
    fault: RegistryFault & { kind: 'token' },
    url: string,
    authorization: string,
    response: ServerResponse,
  ): void {
    if (authorization !== basic(fault)) {
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"wrong password\\n::error::not a command"}]}')
      return
    }
    const writes = new URL(url, 'http://registry').searchParams.get('scope')?.includes('push')
    const token = `${writes ? 'writing' : 'reading'}-${tokens.size}`
    tokens.set(token, fault.lifetime ?? Number.POSITIVE_INFINITY)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token }))
  }

  /** A token of a limited lifetime is good for that many requests. */
  function isBought(authorization: string): boolean {
    const token = authorization.replace(/^Bearer /, '')
    const left = tokens.get(token) ?? 0
    tokens.set(token, left - 1)
    return left > 0
  }

  async function forward(request: IncomingMessage, response: ServerResponse, tamper: boolean): Promise<void> {
    const { accept = '*/*', 'content-type': type, 'content-range': range } = request.headers
    const sent: Buffer[] = []
    for await (const chunk of request) sent.push(chunk)
    const answer = await fetch(`http://${upstream}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        accept,
        ...(type !== undefined && { 'content-type': type }),
        ...(range !== undefined && { 'content-range': range }),
      },
      redirect: 'manual',
      ...(sent.length > 0 && { body: new Uint8Array(Buffer.concat(sent)) }),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    const kept = ['content-type', 'docker-content-digest', 'docker-upload-uuid', 'range', 'location']
    if (request.method === 'HEAD') kept.push('content-length')
    const headers = kept.flatMap(name => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value.replace(upstream, host)] as const]
    })
    response.writeHead(answer.status, Object.fromEntries(headers))
    response.end(tamper ? Buffer.concat([body, Buffer.from(' ')]) : body)
  }
}

function challenge(response: ServerResponse, header: string): void {
  response.writeHead(401, { 'www-authenticate': header })
  response.end()
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
