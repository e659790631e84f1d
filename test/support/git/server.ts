import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** `refs`: the first request of any command. `fetch` and `push`: the one that carries objects. */
export type RequestKind = 'refs' | 'fetch' | 'push' | 'other'

/** Ways to make the server misbehave; each may be set and taken away while it runs. */
export type Hooks = {
  /** Only requests with this token (basic authentication, user `x-access-token`) are answered; others get 401. */
  token?: string | undefined
  /** Whether a request is answered, by what it proves itself with (undefined: nothing) and what it wants; others get 401. */
  allow?: ((authorization: string | undefined, wanted: { repository: string; writes: boolean }) => boolean) | undefined
  /** Called before a request is handed to Git; a commit made here is one that a push just lost against. */
  before?: ((kind: RequestKind, repository: string) => Promise<void> | void) | undefined
  /** Whether to cut the connection: before Git sees the request, or after it has done its work. */
  drop?: ((kind: RequestKind) => 'before' | 'after' | undefined) | undefined
  /** Answers with this status instead of asking Git. */
  status?: ((kind: RequestKind) => number | undefined) | undefined
  /** Milliseconds to wait before answering. */
  delay?: ((kind: RequestKind) => number) | undefined
}

/** A Git server over HTTP on a loopback port that the kernel chose. */
export type GitServer = {
  /** `http://127.0.0.1:<port>`; a repository's URL is this and its folder's path below the root. */
  url: string
  hooks: Hooks
  /** Requests seen so far, by kind. */
  readonly counts: Readonly<Record<RequestKind, number>>
  /** Bytes of all answers so far. */
  readonly sent: number
  /** Stops listening, cuts open connections and ends the processes it started. */
  close(): Promise<void>
}

/** Serves every repository under the folder `root` through the real `git http-backend`. */
export async function startGitServer(root: string, hooks: Hooks = {}, { port = 0 } = {}): Promise<GitServer> {
  const counts = { refs: 0, fetch: 0, push: 0, other: 0 }
  let sent = 0
  const closing = new AbortController()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const body = await bodyOf(request)
    const kind = kindOf(url, body)
    counts[kind]++
    const { authorization } = request.headers
    const repository = url.pathname.replace(/^\/|(\.git)?\/(info\/refs|git-[a-z-]+|HEAD|objects\/.*)$/g, '')
    const writes = `${url.pathname}${url.search}`.includes('git-receive-pack')
    const allowed = hooks.allow?.(authorization, { repository, writes }) ?? true
    if (!allowed || (hooks.token !== undefined && authorization !== basic(hooks.token))) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('a token, please\n')
      return
    }
    await delay(hooks.delay?.(kind) ?? 0, undefined, { signal: closing.signal })
    await hooks.before?.(kind, url.pathname.replace(/^\/|\.git\/.*$/g, ''))
    const status = hooks.status?.(kind)
    if (status !== undefined) {
      response.writeHead(status).end()
      return
    }
    const drop = hooks.drop?.(kind)
    if (drop === 'before') {
      response.destroy()
      return
    }
    const { headers, content } = await backend(root, request, url, body, closing.signal)
    sent += content.length
    if (drop === 'after') response.destroy()
    else response.writeHead(Number(headers.get('status')?.slice(0, 3) ?? 200), Object.fromEntries(headers)).end(content)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${isInternet(address) ? address.port : port}`,
    hooks,
    counts,
    get sent() {
      return sent
    },
    close: () =>
      new Promise(resolve => {
        closing.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function kindOf(url: URL, body: Buffer): RequestKind {
  if (url.pathname.endsWith('/info/refs')) return 'refs'
  if (url.pathname.endsWith('/git-receive-pack')) return body.equals(Buffer.from('0000')) ? 'other' : 'push'
  // Protocol version 2 asks for the refs by a POST as well.
  if (url.pathname.endsWith('/git-upload-pack')) return body.includes('command=ls-refs') ? 'other' : 'fetch'
  return 'other'
}

/** The CGI protocol of git-http-backend(1). */
async function backend(root: string, request: IncomingMessage, url: URL, body: Buffer, signal: AbortSignal) {
  const child = spawn('git', ['http-backend'], {
    signal,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      HOME: root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'writer',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  })
  child.stdin.on('error', () => {})
  child.stdin.end(body)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  const output = Buffer.concat(chunks)
  const end = output.indexOf('\r\n\r\n')
  const headers = new Map(
    output
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
  )
  return { headers, content: output.subarray(end + 4) }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function basic(token: string): string {
  return `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
}

function isInternet(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
