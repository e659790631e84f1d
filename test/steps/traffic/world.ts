import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../../scripts/parts/parts.mjs'
import { ask, load, type Traffic, traffic } from './load.ts'

/** A real HAProxy whose servers are frontends of its own that answer with their names, fast enough for many requests. */
export type Balancer = {
  /** The runtime API, as fleet.yaml writes it. */
  address: string
  /** Its socket's path. */
  runtime: string
  /** A second socket, whose level lets one only look. */
  reader: string
  /** Sends requests over one connection; gives how many each server answered, and errors by their status. */
  load(requests: number): Promise<ReadonlyMap<string, number>>
  /** Sends requests one after the other, each on a connection of its own, until it is stopped. */
  traffic(): Traffic
  /** A request that takes `slowness` ms; gives the name of the server that answers. */
  slow(): Promise<string>
  /** Requests that are answered by `release` alone; the same. */
  hold(): Promise<string>
  release(): void
  stop(): Promise<void>
}

/** How long `/slow` takes, in milliseconds. */
export const slowness = 600

/** Starts it with the backend `fleet`; `options` are added to a server's line. */
export async function startBalancer(
  names: readonly string[],
  options: Readonly<Record<string, string>> = {},
): Promise<Balancer> {
  const folder = await mkdtemp(join(tmpdir(), 'route-'))
  const at = (name: string) => join(folder, `${name}.sock`)
  const held: (() => void)[] = []
  const slow = createServer((request, response) => {
    const answer = () => response.end(request.headers['x-server'])
    if (request.url === '/hold') held.push(answer)
    else setTimeout(answer, slowness)
  })
  slow.listen(at('slow'))
  const servers = names.map(name => `  server ${name} unix@${at(name)} weight 1 ${options[name] ?? ''}\n`).join('')
  await writeFile(
    join(folder, 'haproxy.cfg'),
    `global
  stats socket ${at('runtime')} mode 600 level admin
  stats socket ${at('reader')} mode 600 level operator
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend all
  bind unix@${at('front')}
  default_backend fleet
backend fleet
  balance roundrobin
${servers}
backend slow
  server slow unix@${at('slow')}
${names.map(name => frontend(name, at(name))).join('')}`,
  )
  const program = findProgram('haproxy') ?? 'haproxy'
  const child = spawn(program, ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' })
  const stop = async () => {
    await ended(child)
    slow.close()
    slow.closeAllConnections()
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; !existsSync(at('front')) || !existsSync(at('runtime')); tries++) {
    if (tries > 100 || child.exitCode !== null) {
      await stop()
      throw new Error('HAProxy did not start')
    }
    await sleep(50)
  }
  return {
    address: `unix:${at('runtime')}`,
    runtime: at('runtime'),
    reader: at('reader'),
    load: requests => load(at('front'), requests),
    traffic: () => traffic(at('front')),
    slow: () => ask(at('front'), '/slow'),
    hold: () => ask(at('front'), '/hold'),
    release: () => held.splice(0).forEach(answer => void answer()),
    stop,
  }
}

function frontend(name: string, socket: string): string {
  return `frontend ${name}
  bind unix@${socket}
  http-request set-header x-server ${name}
  http-request return status 200 content-type text/plain string ${name} if !{ path /slow /hold }
  default_backend slow
`
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
