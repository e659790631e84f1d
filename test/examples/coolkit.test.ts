import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { failing, parseFault } from '../../examples/coolkit/src/fault.ts'
import { Metrics } from '../../examples/coolkit/src/metrics.ts'
import { readSettings } from '../../examples/coolkit/src/settings.ts'
import fc from '../support/property.ts'

const main = fileURLToPath(new URL('../../examples/coolkit/src/main.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
})

/** Starts the service on ports that the kernel chooses, and gives its addresses as it logs them. */
async function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main], {
    env: { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', COOLKIT_DRAIN_DELAY_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let printed = ''
  child.stdout.on('data', chunk => (printed += chunk))
  child.stderr.on('data', chunk => (printed += chunk))
  for (let tries = 0; !printed.includes('"serving"'); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`it does not serve: ${printed}`)
    await sleep(25)
  }
  const line: unknown = JSON.parse(printed.split('\n')[0] ?? '')
  if (typeof line !== 'object' || line === null) throw new Error(printed)
  const { service, operations } = Object.fromEntries(Object.entries(line))
  return { child, api: `http://${service}`, operations: `http://${operations}`, printed: () => printed }
}

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text()

test('serves its routes, each answer naming its release', async () => {
  const { api } = await start({ DEPLOYED_IMAGE: 'ghcr.io/acme/coolkit:sha-0123456789ab', CLUSTER: 'eu1' })
  const seen = []
  for (const path of ['/', '/kits', '/kits/tent', '/kits/none', '//', '/../x']) {
    const response = await fetch(`${api}${path}`)
    seen.push([path, response.status, response.headers.get('x-release')])
    await response.text()
  }
  expect(seen).toEqual([
    ['/', 200, 'sha-0123456789ab'],
    ['/kits', 200, 'sha-0123456789ab'],
    ['/kits/tent', 200, 'sha-0123456789ab'],
    ['/kits/none', 404, 'sha-0123456789ab'],
    ['//', 404, 'sha-0123456789ab'],
    ['/../x', 404, 'sha-0123456789ab'],
  ])
  expect((await fetch(api, { method: 'POST' })).status).toBe(405)
})

test('fails exactly every twentieth request when it was built to', async () => {
  const { api, operations } = await start({ COOLKIT_FAULT: 'errors:0.05', CLUSTER: 'eu1', TRACK: 'canary' })
  const codes: number[] = []
  for (let request = 0; request < 60; request++) codes.push((await fetch(`${api}/kits`)).status)
  expect(codes.filter(code => code === 500)).toHaveLength(3)
  const text = await metricsOf(operations)
  const labels = 'app="coolkit",cluster="eu1",tag="unknown",digest="unknown",track="canary",route="/kits"'
  expect(text).toContain(`\nhttp_requests_total{${labels},code="200"} 57\n`)
  expect(text).toContain(`\nhttp_requests_total{${labels},code="500"} 3\n`)
  expect(text).toContain(`\nhttp_request_duration_seconds_count{${labels}} 60\n`)
  expect(text).toContain(`\nhttp_request_duration_seconds_bucket{${labels},le="+Inf"} 60\n`)
})

const digest = `sha256:${'a'.repeat(64)}`

test.each([
  [`ghcr.io/acme/coolkit:sha-1@${digest}`, 'sha-1', digest],
  [`localhost:5000/coolkit@${digest}`, 'unknown', digest],
  ['localhost:5000/acme/coolkit', 'unknown', 'unknown'],
])('says what runs: %s', async (image, tag, expected) => {
  const { operations } = await start({ DEPLOYED_IMAGE: image, CLUSTER: 'us1' })
  expect(await metricsOf(operations)).toContain(
    `\nstovepipe_build_info{app="coolkit",cluster="us1",tag="${tag}",digest="${expected}",track="stable"} 1\n`,
  )
})

test('a delay in its configuration makes it slow, and the histogram shows it', async () => {
  const { api, operations } = await start({ COOLKIT_DELAY_MS: '150' })
  await (await fetch(`${api}/kits`)).text()
  const text = await metricsOf(operations)
  expect(text).toMatch(/route="\/kits",le="0.1"} 0\n/)
  expect(text).toMatch(/route="\/kits",le="2.5"} 1\n/)
})

test('on SIGTERM it turns unhealthy, finishes what is in flight, and ends with 0', async () => {
  const { child, api, operations } = await start({ COOLKIT_DELAY_MS: '600', COOLKIT_DRAIN_DELAY_MS: '200' })
  const slow = fetch(`${api}/kits`)
  await sleep(100)
  expect((await fetch(`${operations}/healthz`)).status).toBe(200)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await sleep(100)
  expect((await fetch(`${operations}/healthz`)).status).toBe(503)
  expect((await slow).status).toBe(200)
  expect(await exited).toEqual([0, null])
})

test('requests that do not end are not waited for without end', async () => {
  const env = { COOLKIT_DELAY_MS: '60000', COOLKIT_DRAIN_TIMEOUT_MS: '100' }
  const { child, api } = await start(env)
  const lost = fetch(`${api}/kits`).then(
    () => 'answered',
    () => 'lost',
  )
  await sleep(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(await lost).toBe('lost')
})

test.each([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535 (found "http")'],
  [{ COOLKIT_DELAY_MS: '-1' }, 'COOLKIT_DELAY_MS must be a whole number from 0 to 60000 (found "-1")'],
  [{ COOLKIT_FAULT: 'errors:2' }, 'COOLKIT_FAULT must be none or errors:<ratio from 0 to 1> (found "errors:2")'],
])('refuses the setting %j', (env, message) => {
  expect(() => readSettings(env)).toThrow(message)
})

test('a fault fails its share of any number of requests, to within one', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 500 }), (ratio, requests) => {
      const fails = failing({ kind: 'errors', ratio })
      const failed = Array.from({ length: requests }, fails).filter(Boolean).length
      expect(Math.abs(failed - ratio * requests)).toBeLessThanOrEqual(1)
    }),
  )
  expect(parseFault('errors:.5')).toEqual({ kind: 'errors', ratio: 0.5 })
})

test('labels are escaped as the text format wants it', () => {
  expect(new Metrics({ app: 'a"b\\c\nd' }, []).format()).toContain('stovepipe_build_info{app="a\\"b\\\\c\\nd"} 1')
})

test('the workflow calls the release workflow of the kit, with the permissions it needs and no more', async () => {
  const workflow = await readFile(
    new URL('../../examples/coolkit/.github/workflows/release.yml', import.meta.url),
    'utf8',
  )
  const starter = await readFile(new URL('../../workflows/release.yml', import.meta.url), 'utf8')
  const body = (text: string) => text.slice(text.indexOf('name: Release'))
  expect(body(workflow)).toBe(body(starter))
})
