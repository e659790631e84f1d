import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { fleetFiles } from '../../steps/traffic/fleet.ts'
import { type Balancer, startBalancer } from '../../steps/traffic/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { runStep } from '../../support/runner.ts'

const main = new URL('../../../actions/cluster/main.ts', import.meta.url)
const token = 'ghs_secretsecretsecret'
const roles = { a: 'canary', b: 'primary', c: 'primary' } as const
/** Milliseconds: an action run from its sources takes seconds to start on a busy machine, and some tests start several. */
const patience = 120_000
let folder: string
let server: GitServer
let gitops: BareRepository
let balancer: Balancer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-action-'))
  server = await startGitServer(folder, { token })
  balancer = await startBalancer(['a', 'b', 'c'])
  const files = fleetFiles({ address: balancer.address, roles, active: ['a', 'b', 'c'] })
  gitops = await createRepository(join(folder, 'gitops.git'), files)
})
afterEach(async () => {
  await server.close()
  await balancer.stop()
  await rm(folder, { recursive: true, force: true })
})

const start = (given: Readonly<Record<string, string>>) =>
  runStep(main, { cluster: 'c', by: 'grace', repository: `${server.url}/gitops.git`, token, ...given })
const stateOf = async (cluster: string) =>
  /state: (\w+)/.exec((await gitops.read(`clusters/${cluster}.yaml`)) ?? '')?.[1]

test(
  'drain, deactivate, activate: the state in Git, who asked for it and why; again, nothing changes',
  async () => {
    const drained = await start({ command: 'drain', reason: 'new disks' })
    expect(drained).toMatchObject({
      code: 0,
      outputs: { result: 'changed', state: 'draining', commit: await gitops.head() },
      summary: expect.stringMatching(/^### c is draining: changed\n\ndrain &#40;was active/),
    })
    expect(drained.log.startsWith(`::add-mask::${token}\n`)).toBe(true)
    expect((await gitops.git('log', '-1', '--format=%B')).trim()).toMatch(
      /^c: drain \(was active\)\n\ngrace: new disks\n/,
    )
    expect(await start({ command: 'drain' })).toMatchObject({
      code: 0,
      outputs: { result: 'unchanged', state: 'draining' },
    })
    expect(await start({ command: 'deactivate' })).toMatchObject({ outputs: { result: 'changed', state: 'inactive' } })
    expect(await start({ command: 'activate' })).toMatchObject({ outputs: { result: 'changed', state: 'active' } })
  },
  patience,
)

test(
  'with wait, a drain takes the traffic away at the load balancer; run again, it says that all is right',
  async () => {
    const drained = await start({ command: 'drain', wait: '5s' })
    expect(drained).toMatchObject({ code: 0, outputs: { result: 'changed', state: 'draining' } })
    const { traffic } = JSON.parse(drained.outputs.json ?? '')
    expect(traffic.rows).toContainEqual(expect.objectContaining({ server: 'c', after: { weight: 0, share: 0 } }))
    expect(drained.summary).toContain('| c |')
    expect(await start({ command: 'drain', wait: '5s' })).toMatchObject({ code: 0, outputs: { result: 'unchanged' } })
  },
  patience,
)

test(
  'a load balancer that does not answer is told before Git is written, and one that fails after that with what holds',
  async () => {
    const before = await gitops.head()
    let once = true
    server.hooks.before = async request => {
      if (request === 'push' && once) await balancer.stop()
      once &&= request !== 'push'
    }
    const halfway = await start({ command: 'drain', wait: '5s' })
    expect(halfway).toMatchObject({
      code: 1,
      outputs: { result: 'halfway', state: 'draining', commit: await gitops.head() },
      log: expect.stringMatching(
        /::error::halfway: c: drain .*; Git says that c is draining, and its traffic has not moved/,
      ),
    })
    await gitops.git('update-ref', 'refs/heads/main', before)
    const { code, log } = await start({ command: 'drain', wait: '5s' })
    expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(/cannot be reached.*: nothing was written\./) })
    expect(await gitops.head()).toBe(before)
  },
  patience,
)

test(
  'the last of its kind is refused, unless it is forced with a reason',
  async () => {
    const before = await gitops.head()
    expect(await start({ cluster: 'a', command: 'drain', wait: '1s' })).toMatchObject({
      code: 1,
      log: expect.stringMatching(/::error::refused: a: a is the last active canary/),
      outputs: { result: 'refused', state: 'active' },
    })
    expect(await start({ cluster: 'a', command: 'drain', force: 'true' })).toMatchObject({
      code: 1,
      log: expect.stringMatching(/input "reason": missing/),
    })
    expect(await gitops.head()).toBe(before)
    const forced = { cluster: 'a', command: 'drain', force: 'true', reason: 'it burns' }
    expect(await start(forced)).toMatchObject({ code: 0, outputs: { result: 'changed', state: 'draining' } })
  },
  patience,
)

test.each<[string, Record<string, string>, RegExp]>([
  ['a command that is none', { command: 'delete' }, /input "command": there is no such command \(found "delete"\)/],
  [
    'a cluster that is not there',
    { command: 'drain', cluster: 'z' },
    /there is no such cluster \(found "z"\)\. clusters\/ has a, b, c/,
  ],
  ['a cluster that is a path', { command: 'drain', cluster: '../a' }, /input "cluster": .*not a name/],
  ['a time that is none', { command: 'drain', wait: 'soon' }, /input "wait": not a duration/],
  ['to wait for a cluster that joins', { command: 'activate', wait: '5m' }, /input "wait": only drain waits/],
])('refuses %s, and writes nothing', async (_, given, message) => {
  const before = await gitops.head()
  const { code, log } = await start(given)
  expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(message) })
  expect(log.match(/^::error/gm)).toHaveLength(1)
  expect(await gitops.head()).toBe(before)
  expect(await stateOf('c')).toBe('active')
})
