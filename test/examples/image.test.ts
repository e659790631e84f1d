import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type RunCommand, runCommand, silentLog, systemClock } from '../../host/index.ts'
import { openRegistry, parseImageReference } from '../../images/index.ts'
import { buildBaseImage } from '../../scripts/demo/base-image.ts'
import { build, parseBuildInputs } from '../../steps/build/index.ts'
import { buildInputs } from '../support/build-inputs.ts'
import { type BuildahRoom, buildahRoom, type RunningRegistry, startRegistry } from '../support/registry/index.ts'

let registry: RunningRegistry
let room: BuildahRoom
let folder: string

const run: RunCommand = (program, args, options) => runCommand(program, args, { env: room.env, ...options })

beforeAll(async () => {
  registry = await startRegistry()
  room = await buildahRoom()
  folder = await mkdtemp(join(tmpdir(), 'stovepipe-coolkit-'))
})
afterAll(async () => {
  await registry.stop()
  await room.remove()
  await rm(folder, { recursive: true, force: true })
})

async function succeed(program: string, ...args: string[]): Promise<string> {
  const result = await run(program, args, { cwd: folder })
  expect(result).toMatchObject({ code: 0 })
  return result.stdout.trim()
}

/** The processes that descend from `pid`, the innermost last. */
async function descendants(pid: number): Promise<number[]> {
  const children = (await runCommand('ps', ['-o', 'pid=', '--ppid', String(pid)])).stdout.split('\n').map(Number)
  const found = children.filter(child => child > 0)
  return [...found, ...(await Promise.all(found.map(descendants))).flat()]
}

test('coolkit is built on a base made of the Node that runs, and serves from its image with its fault baked in', async () => {
  const base = await buildBaseImage({ run: runCommand, registry: registry.host, env: room.env })
  await cp(fileURLToPath(new URL('../../examples/coolkit', import.meta.url)), folder, { recursive: true })
  await succeed('git', 'init', '-q')
  await succeed('git', 'add', '.')
  await succeed('git', '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', 'one')

  const inputs = {
    ...buildInputs,
    image: `${registry.host}/acme/coolkit`,
    'build-args': `BASE=${base}\nFAULT=errors:1`,
  }
  const outcome = await build(await parseBuildInputs(inputs, { base: folder, within: folder }), {
    run,
    fetch,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    temporary: tmpdir(),
    credentials: async () => new Map(),
    source: 'https://example.org/acme/coolkit',
  })
  const labels = await openRegistry({ fetch, log: silentLog }).labels(parseImageReference(outcome.image))
  expect(labels['org.opencontainers.image.revision']).toBe(await succeed('git', 'rev-parse', 'HEAD'))
  expect(labels['org.opencontainers.image.source']).toBe('https://example.org/acme/coolkit')

  // buildah takes a tag or a digest, not both.
  const pinned = `docker://${outcome.repository}@${outcome.digest}`
  await succeed('buildah', 'from', '--name', 'one', '--tls-verify=false', pinned)
  const env = { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', COOLKIT_DRAIN_DELAY_MS: '0' }
  const flags = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const child = spawn('buildah', ['run', ...flags, 'one', '--', 'node', 'src/main.ts'], { env: room.env })
  let printed = ''
  child.stdout.on('data', chunk => (printed += chunk))
  child.stderr.on('data', chunk => (printed += chunk))
  const exited = once(child, 'exit')
  try {
    for (let tries = 0; !printed.includes('"serving"') && tries < 200; tries++) await sleep(50)
    const address = /"service":"([^"]+)"/.exec(printed)?.[1]
    const response = await fetch(`http://${address}/kits`)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ error: 'this release fails on purpose' })
  } finally {
    // buildah does not pass signals on, so the service gets its own.
    const innermost = (await descendants(child.pid ?? -1)).at(-1)
    if (innermost !== undefined) process.kill(innermost, 'SIGTERM')
    await exited
  }
  expect(printed).toContain('"message":"left"')
}, 120_000)
