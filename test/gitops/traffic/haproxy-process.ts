import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../../scripts/parts/parts.mjs'

/** A real HAProxy before servers of ours, all on Unix sockets, so that no port can be taken. */
export type Balanced = {
  runtime: { path: string }
  /** Asks through the load balancer; gives the name of the server that answered. */
  get(path: string): Promise<string>
  /** Has a server answer its health checks so from now on: `200 OK` at first. */
  answerChecks(name: string, status: number, reason: string): void
  /** Says something to the runtime API; gives the answer. */
  command(text: string): Promise<string>
  stop(): Promise<void>
}

type CheckAnswer = { status: number; reason: string }

/**
 * Starts one HTTP server for each name and HAProxy with the backend `fleet` before them; `options` are added to a
 * server's line. `GET /slow` takes 500 ms, and checks ask for `/health`.
 */
export async function startBalanced(
  names: readonly string[],
  options: Readonly<Record<string, string>> = {},
): Promise<Balanced> {
  const folder = await mkdtemp(join(tmpdir(), 'traffic-'))
  const at = (name: string) => join(folder, name)
  const checks = new Map<string, CheckAnswer>()
  const servers = await Promise.all(names.map(name => startServer(name, at(`${name}.sock`), checks)))
  await writeFile(
    at('haproxy.cfg'),
    `global
  stats socket ${at('runtime.sock')} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
listen fleet
  bind unix@${at('front.sock')}
  balance roundrobin
  option httpchk GET /health
  http-check disable-on-404
${names.map(name => `  server ${name} unix@${at(`${name}.sock`)} weight 1 ${options[name] ?? ''}\n`).join('')}`,
  )
  const child = spawn(findProgram('haproxy') ?? 'haproxy', ['-db', '-f', at('haproxy.cfg')], { stdio: 'ignore' })
  const stop = async () => {
    await ended(child)
    for (const server of servers) server.close()
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; !existsSync(at('front.sock')) || !existsSync(at('runtime.sock')); tries++) {
    if (tries > 100 || child.exitCode !== null) {
      await stop()
      throw new Error('HAProxy did not start')
    }
    await sleep(50)
  }
  return {
    runtime: { path: at('runtime.sock') },
    get: path => get(at('front.sock'), path),
    answerChecks: (name, status, reason) => void checks.set(name, { status, reason }),
    command: text => command(at('runtime.sock'), text),
    stop,
  }
}

async function startServer(name: string, socket: string, checks: ReadonlyMap<string, CheckAnswer>): Promise<Server> {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/health') {
      const { status, reason } = checks.get(name) ?? { status: 200, reason: 'OK' }
      response.writeHead(status, reason).end()
      return
    }
    setTimeout(() => response.end(name), incoming.url === '/slow' ? 500 : 0)
  })
  server.listen(socket)
  await once(server, 'listening')
  return server
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text}`)),
      )
    })
      .on('error', reject)
      .end()
  })
}

function command(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(path, () => socket.write(`${text}\n`))
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('end', () => resolve(answer.trim()))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
