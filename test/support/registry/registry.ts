import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A registry that runs: `host` is its `address:port`. */
export type RunningRegistry = { host: string; url: string; stop(): Promise<void> }

export type RegistryOptions = {
  /** The loopback address to listen on; 127.0.0.1 by default. */
  address?: string
  /** Where images are kept; a temporary folder, removed by `stop`, by default. */
  root?: string
}

const attempts = 5

/**
 * Starts Debian's `docker-registry` on a port that the kernel chose, and resolves when it answers. The registry cannot
 * listen on port 0 and say which it got, so the port may be taken meanwhile: then another one is tried.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options)
    } catch (error) {
      if (attempt === attempts) throw error
    }
  }
}

async function start({ address = '127.0.0.1', root }: RegistryOptions): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-registry-'))
  const host = `${address}:${await freePort(address)}`
  const settings = join(folder, 'config.yml')
  await writeFile(settings, configuration(host, root ?? join(folder, 'images')))
  const child = spawn('docker-registry', ['serve', settings], { stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-4000)
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  ended.catch(() => {}) // seen below; `stop` needs no second report
  const stop = async () => {
    child.kill('SIGTERM')
    await ended.catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([
      answers(`http://${host}/v2/`),
      ended.then(() => {
        throw new Error(`docker-registry ended: ${printed.trim()}`)
      }),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { host, url: `http://${host}`, stop }
}

/** JSON is YAML. `secret` is left to the registry, `delete` lets a test take an image away. */
function configuration(host: string, root: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
    http: { addr: host },
  })
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  if (typeof bound !== 'object' || !bound) throw new Error(`no port on ${address}`)
  return bound.port
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const ok = await fetch(url).then(
      response => response.ok,
      () => false,
    )
    if (ok) return
    await sleep(50)
  }
  throw new Error(`${url} did not answer within 10 s`)
}
