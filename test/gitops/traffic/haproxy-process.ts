import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../../scripts/parts/parts.mjs'

/** A real HAProxy before servers of ours, all on Unix sockets, so that no port can be taken. */
export type Balanced = {
  runtime: { path: string }
  /** Asks through the load balancer; gives the name of the server that answered. */
  get(path: string): Promise<string>
  stop(): Promise<void>
}

/** Starts one HTTP server for each name and HAProxy with the backend `fleet` before them. `GET /slow` takes 500 ms. */
export async function startBalanced(names: readonly string[]): Promise<Balanced> {
  const folder = await mkdtemp(join(tmpdir(), 'traffic-'))
  const at = (name: string) => join(folder, name)
  const servers = await Promise.all(names.map(name => startServer(name, at(`${name}.sock`))))
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
${names.map(name => `  server ${name} unix@${at(`${name}.sock`)} weight 1\n`).join('')}`,
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
  return { runtime: { path: at('runtime.sock') }, get: path => get(at('front.sock'), path), stop }
}

async function startServer(name: string, socket: string): Promise<Server> {
  const server = createServer((incoming, response) => {
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

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
