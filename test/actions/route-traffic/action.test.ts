import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { fleetFiles } from '../../steps/traffic/fleet.ts'
import { type Balancer, startBalancer } from '../../steps/traffic/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'

const main = fileURLToPath(new URL('../../../actions/route-traffic/main.ts', import.meta.url))
const token = 'ghs_secretsecretsecret'
const roles = { a: 'canary', c: 'primary' } as const
let folder: string
let server: GitServer
let gitops: BareRepository
let balancer: Balancer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'route-action-'))
  server = await startGitServer(folder, { token })
  balancer = await startBalancer(['a', 'c'])
  gitops = await createRepository(
    join(folder, 'gitops.git'),
    fleetFiles({ address: balancer.address, roles, active: ['a', 'c'] }),
  )
})
afterEach(async () => {
  await server.close()
  await balancer.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs the action as the runner starts it. */
async function start(given: Readonly<Record<string, string>> = {}) {
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')]
  await Promise.all([writeFile(output, ''), writeFile(summary, '')])
  const inputs = { repository: `${server.url}/gitops.git`, token, ...given }
  const env = {
    PATH: process.env.PATH,
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  }
  const { code, log } = await new Promise<{ code: number; log: string }>(resolve => {
    execFile(process.execPath, [main], { env, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, log: stdout + stderr }),
    )
  })
  const text = await readFile(output, 'utf8')
  const outputs = Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm)].map(([, name = '', , value = '']) => [name, value]),
  )
  return { code, log, outputs, summary: await readFile(summary, 'utf8') }
}

test('a dry run, then the change, then nothing: outputs, table and log say so, and the token is masked first', async () => {
  const planned = await start({ 'dry-run': 'true' })
  expect(planned).toMatchObject({ code: 0, outputs: { result: 'planned', changed: 'true' } })
  const changed = await start()
  expect(changed).toMatchObject({
    code: 0,
    outputs: { result: 'changed', changed: 'true', commit: await gitops.head() },
    summary: expect.stringContaining('| a | canary | active | 50.00%, weight 1 | 5.00%, weight 13 | 0 |'),
  })
  expect(changed.log.startsWith(`::add-mask::${token}\n`)).toBe(true)
  expect(JSON.parse(changed.outputs.json ?? '')).toMatchObject({ rows: [{ server: 'a', after: { share: 5 } }, {}] })
  expect(await start()).toMatchObject({ code: 0, outputs: { result: 'unchanged', changed: 'false' } })
})

test('no active cluster fails the step with the reason, and the outputs are there', async () => {
  await gitops.commit(fleetFiles({ address: balancer.address, roles, active: [], others: 'draining' }))
  expect(await start()).toMatchObject({
    code: 1,
    log: expect.stringMatching(/::error::refused: no cluster can take traffic: a is draining, c is draining/),
    outputs: { result: 'refused', changed: 'false' },
  })
})

test('the last active primary is drained only by force and with a reason; the summary shows it', async () => {
  expect(await start({ drain: 'c' })).toMatchObject({
    code: 1,
    log: expect.stringMatching(/::error::refused: c is the last active primary/),
    outputs: { result: 'refused', changed: 'false' },
  })
  expect(await start({ drain: 'c', force: 'true' })).toMatchObject({
    code: 1,
    log: expect.stringContaining('input "reason": missing'),
  })
  expect(await start({ drain: 'c', force: 'true', reason: 'it burns' })).toMatchObject({
    code: 0,
    outputs: { result: 'changed' },
    summary: expect.stringContaining('- c is taken out by hand: it burns'),
  })
}, 60_000)

test('a server that is missing fails the step, and the others have their share', async () => {
  const more = { ...roles, d: 'primary' } as const
  await gitops.commit(fleetFiles({ address: balancer.address, roles: more, active: ['a', 'c', 'd'] }))
  expect(await start()).toMatchObject({
    code: 1,
    log: expect.stringMatching(/::error::incomplete: set c 1 → 247, a 1 → 13; the load balancer has no server named d/),
    outputs: { result: 'incomplete', changed: 'true' },
    summary: expect.stringMatching(/^### Traffic is routed as far as can be: a server is missing\n/),
  })
})

test('a mistake in an input names it', async () => {
  expect(await start({ wait: 'soon' })).toMatchObject({
    code: 1,
    log: expect.stringContaining('input "wait": not a duration'),
  })
  expect(await start({ force: 'true', reason: 'it burns' })).toMatchObject({
    code: 1,
    log: expect.stringContaining('input "force": there is nothing to force'),
  })
})
