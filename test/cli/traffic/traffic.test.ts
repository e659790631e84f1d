import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { haproxy } from '../../../gitops/traffic/index.ts'
import { fleetFiles } from '../../steps/traffic/fleet.ts'
import { type Balancer, startBalancer } from '../../steps/traffic/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { terminal } from '../terminal.ts'
import { startKillProxy } from './kill-proxy.ts'

const roles = { a: 'canary', c: 'primary', d: 'primary' } as const
let folder: string
let server: GitServer
let gitops: BareRepository
let balancer: Balancer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traffic-'))
  server = await startGitServer(folder)
  balancer = await startBalancer(['a', 'c', 'd'])
  gitops = await createRepository(join(folder, 'gitops.git'), files(['a', 'c', 'd']))
})
afterEach(async () => {
  await server.close()
  await balancer.stop()
  await rm(folder, { recursive: true, force: true })
})

const files = (active: readonly string[], address = balancer.address) => fleetFiles({ address, roles, active })
const repository = () => ['--repository', `${server.url}/gitops.git`]

async function stovepipe(...args: string[]) {
  const io = terminal({ env: { PATH: process.env.PATH }, cwd: folder })
  const code = await run([...args, ...repository()], commands, io)
  return { code, printed: io.printed(), logged: io.logged() }
}

async function weights(): Promise<Record<string, number>> {
  const servers = await haproxy({ path: balancer.runtime }, 'fleet').servers()
  return Object.fromEntries([...servers].map(([name, { weight }]) => [name, weight]))
}

test('the table shows what is and what would be; --apply makes it so, and again changes nothing', async () => {
  const shown = await stovepipe('traffic')
  expect(shown.code).toBe(0)
  expect(shown.printed.replace(/^Git [0-9a-f]{12}/, 'Git COMMIT')).toBe(`Git COMMIT

SERVER  ROLE     STATE   WEIGHT  SHARE   WOULD BE  SHARE   SESSIONS
a       canary   active  1       33.33%  26        5.00%   0
c       primary  active  1       33.33%  247       47.50%  0
d       primary  active  1       33.33%  247       47.50%  0

planned: would set c 1 → 247, d 1 → 247, a 1 → 26
`)
  expect(await weights()).toEqual({ a: 1, c: 1, d: 1 })
  expect(await stovepipe('traffic', '--apply')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^changed: /m),
  })
  expect(await weights()).toEqual({ a: 26, c: 247, d: 247 })
  const again = await stovepipe('traffic', '--apply', '--json')
  expect(JSON.parse(again.printed)).toMatchObject({ kind: 'unchanged', commit: await gitops.head() })
})

test('traffic drain takes one cluster out, and says that Git disagrees', async () => {
  await stovepipe('traffic', '--apply')
  const drained = await stovepipe('traffic', 'drain', 'd', '--timeout', '5s')
  expect(drained).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^changed: set a 26 → 13, d 247 → 0; drained/m),
    logged: expect.stringMatching(/Git still says that d is active/),
  })
  expect(await weights()).toEqual({ a: 13, c: 247, d: 0 })
})

test('the last active canary is drained only by force, with a reason that is shown', async () => {
  await stovepipe('traffic', '--apply')
  const drain = ['traffic', 'drain', 'a', '--timeout', '5s']
  expect(await stovepipe(...drain)).toMatchObject({
    code: 4,
    printed: expect.stringMatching(
      /^refused: a is the last active canary .*\. .* insist with --force and a --reason$/m,
    ),
  })
  expect(await weights()).toEqual({ a: 26, c: 247, d: 247 })
  expect(await stovepipe(...drain, '--force', '--reason', 'it burns')).toMatchObject({
    code: 0,
    logged: expect.stringMatching(/warning: a is taken out by hand: it burns/),
  })
  expect(await weights()).toEqual({ a: 0, c: 256, d: 256 })
})

test.each([
  { args: ['traffic', '--apply', '--dry-run'], code: 2, said: /--apply and --dry-run/ },
  { args: ['traffic', 'drain'], code: 2, said: /missing argument/ },
  { args: ['traffic', 'drain', 'x'], code: 2, said: /There is a, c, d/ },
  { args: ['traffic', '--apply', '--wait', '1d'], code: 2, said: /"--wait": not a duration \(found "1d"\)/ },
  { args: ['traffic', '--wait', '1m'], code: 2, said: /"--wait": nothing is waited for/ },
  { args: ['traffic', 'drain', 'a', '--force'], code: 2, said: /"--reason": missing/ },
  { args: ['traffic', 'drain', 'c', '--timeout', 'x'], code: 2, said: /"--timeout": not a duration/ },
])('stovepipe $args ends with $code', async ({ args, code, said }) => {
  expect(await stovepipe(...args)).toMatchObject({ code, logged: expect.stringMatching(said) })
  expect(await weights()).toEqual({ a: 1, c: 1, d: 1 })
})

test('a load balancer that is gone is a fault; a fleet that is gone is refused', async () => {
  await gitops.commit(files([]))
  expect(await stovepipe('traffic', '--apply')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^refused: no cluster/m),
  })
  await gitops.commit(files(['a', 'c'], 'unix:/nowhere/runtime.sock'))
  expect(await stovepipe('traffic', '--apply')).toMatchObject({
    code: 1,
    logged: expect.stringMatching(/cannot be reached/),
  })
})

test('a load balancer that is gone once the weights are set is unfinished, and the table shows what was set', async () => {
  const socket = join(folder, 'proxy.sock')
  const proxy = await startKillProxy(socket, balancer.runtime)
  try {
    await gitops.commit(files(['a', 'c'], `unix:${socket}`))
    const answered = 6 // it looks twice, changes three weights, and reads them back
    proxy.begin({ at: answered, forward: false, cut: () => void proxy.stop() })
    const routed = await stovepipe('traffic', '--apply', '--wait', '200ms')
    expect(routed.code).toBe(5)
    expect(routed.printed.replace(/^Git [0-9a-f]{12}/, 'Git COMMIT')).toBe(`Git COMMIT

SERVER  ROLE     STATE     WEIGHT  SHARE   NOW  SHARE   SESSIONS
a       canary   active    1       33.33%  13   5.00%   0
c       primary  active    1       33.33%  247  95.00%  0
d       primary  inactive  1       33.33%  0    0.00%   0

halfway: set c 1 → 247, a 1 → 13, d 1 → 0; after 200ms the sessions of d cannot be read: HAProxy's runtime API at ${socket} \
cannot be reached: connect ENOENT ${socket}. Run it again: it sets what does not hold any more, and waits for the rest
`)
  } finally {
    await proxy.stop()
  }
})

test('a cluster without a server stops with its name, what can be taken away is; a socket to read is corrected', async () => {
  await stovepipe('traffic', '--apply')
  const withNew = fleetFiles({ address: balancer.address, roles: { ...roles, e: 'primary' }, active: ['a', 'c', 'e'] })
  await gitops.commit(withNew)
  expect(await stovepipe('traffic')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^refused: would set a/m),
  })
  expect(await stovepipe('traffic', '--apply')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^incomplete: set a 26 → 13, d 247 → 0; .* no server named e; .*\. Add it to the/m),
  })
  expect(await weights()).toEqual({ a: 13, c: 247, d: 0 })
  await gitops.commit(files(['a', 'c', 'd'], `unix:${balancer.reader}`))
  expect(await stovepipe('traffic', '--apply')).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"Permission denied"\)\. Give this socket .* level admin$/m),
  })
})
