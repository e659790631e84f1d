import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { haproxy, type LoadBalancer } from '../../../gitops/traffic/index.ts'
import { systemClock } from '../../../host/index.ts'
import { fleetFiles } from '../../steps/traffic/fleet.ts'
import type { Traffic } from '../../steps/traffic/load.ts'
import { type Balancer, startBalancer } from '../../steps/traffic/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { terminal } from '../terminal.ts'
import { type KillProxy, startKillProxy } from './kill-proxy.ts'

// The commands are killed by SIGKILL at everything that they ask of HAProxy, while clients ask without a pause.

jest.setTimeout(400_000) // each test starts a dozen processes, which takes seconds on a busy machine

const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))
const roles = { a: 'canary', c: 'primary', d: 'primary' } as const
const everywhere = { a: 26, c: 247, d: 247 }
const withoutC = { a: 13, c: 0, d: 247 }
let folder: string
let server: GitServer
let gitops: BareRepository
let balancer: Balancer
let held: LoadBalancer
let proxy: KillProxy
let clients: Traffic

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'))
  server = await startGitServer(folder)
  balancer = await startBalancer(['a', 'c', 'd'])
  held = haproxy({ path: balancer.runtime }, 'fleet')
  proxy = await startKillProxy(join(folder, 'proxy.sock'), balancer.runtime)
  gitops = await createRepository(join(folder, 'gitops.git'), files(['a', 'c', 'd']))
  clients = balancer.traffic()
})
afterEach(async () => {
  balancer.release()
  await clients.stop()
  await proxy.stop()
  await server.close()
  await balancer.stop()
  await rm(folder, { recursive: true, force: true })
})

const files = (active: readonly string[]) =>
  fleetFiles({ address: `unix:${join(folder, 'proxy.sock')}`, roles, active })
const repository = () => ['--repository', `${server.url}/gitops.git`]
const env = () => ({ PATH: process.env.PATH, HOME: folder, USER: 'ada' })

/** Runs a command to its end; gives its exit code. */
function finish(args: readonly string[]): Promise<number> {
  proxy.begin()
  return run([...args, ...repository()], commands, terminal({ env: env(), cwd: folder }))
}

/** Runs a command in a process of its own that is killed at `at`; gives how it ended and what it had asked by then. */
async function kill(args: readonly string[], at: number, forward: boolean) {
  const cut = () => child.kill('SIGKILL')
  proxy.begin({ at, forward, cut })
  const child = spawn(process.execPath, [main, ...args, ...repository()], { stdio: 'ignore', env: env() })
  await once(child, 'exit')
  const ended = { signal: child.signalCode, asked: proxy.commands() }
  await systemClock.sleep(50) // what was forwarded has come to HAProxy
  return ended
}

/** Each thing to kill at, twice if it sets something: before HAProxy gets it, and after. */
const cutsAt = (asked: readonly string[]) =>
  asked.flatMap((text, at) => (text.startsWith('set ') ? [false, true] : [false]).map(forward => ({ at, forward })))

async function weights(): Promise<Record<string, number>> {
  return Object.fromEntries([...(await held.servers())].map(([name, { weight }]) => [name, weight]))
}

/** The canary has no more than its share, and somebody the rest. */
async function expectNoWorse(): Promise<void> {
  const { a = 0, c = 0, d = 0 } = await weights()
  expect(c + d).toBeGreaterThan(0)
  expect(a / (a + c + d)).toBeLessThanOrEqual(0.05)
}

async function expectNoError(): Promise<void> {
  const { answered, errors } = await clients.stop()
  expect(errors).toEqual([])
  expect(answered).toBeGreaterThan(100)
}

const look = 'show servers state fleet;show stat fleet 4 -1'
const toDrain = [look, look, 'set server fleet/a weight 13', 'set server fleet/c weight 0', look, look]

test.each([
  { what: 'takes a cluster out', from: everywhere, to: withoutC, active: ['a', 'd'], asked: toDrain },
  {
    what: 'brings a cluster back',
    from: withoutC,
    to: everywhere,
    active: ['a', 'c', 'd'],
    asked: [look, look, 'set server fleet/c weight 247', 'set server fleet/a weight 26', look, look],
  },
])('traffic --apply that $what, killed at anything it asks and run again, finishes', async ({ from, to, ...told }) => {
  await gitops.commit({ ...files(told.active), README: told.what })
  const cuts = cutsAt(told.asked)
  expect(cuts).toHaveLength(8)
  for (const { at, forward } of cuts) {
    for (const [name, weight] of Object.entries(from)) await held.setWeight(name, weight)
    const killed = await kill(['traffic', '--apply'], at, forward)
    expect(killed).toEqual({ signal: 'SIGKILL', asked: told.asked.slice(0, at + 1) })
    await expectNoWorse()
    expect(await finish(['traffic', '--apply'])).toBe(0)
    expect(await weights()).toEqual(to)
  }
  await expectNoError()
})

const waiting = [look, look, look]

test.each([
  {
    command: ['traffic', 'drain', 'c', '--timeout', '5m'],
    asked: [...toDrain, ...waiting],
    cuts: cutsAt([...toDrain, ...waiting]),
    kills: 11,
  },
  {
    command: ['cluster', 'drain', 'c', '--wait', '5m'],
    asked: [look, ...toDrain, ...waiting], // the first before Git is written
    cuts: [...cutsAt([look, ...toDrain]).filter(({ at }) => at === 3 || at === 4), { at: 9, forward: false }],
    kills: 5,
  },
])(
  '$command, killed at what it asks or while it waits, and run again, finishes',
  async ({ command, asked, cuts, kills }) => {
    const states = files(['a', 'c', 'd'])
    let killed = 0
    for (const { at, forward } of cuts) {
      await gitops.commit({ ...states, README: String(killed) })
      expect(await finish(['traffic', '--apply'])).toBe(0)
      const open = Array.from({ length: 4 }, () => balancer.hold())
      while (!((await held.servers()).get('c')?.sessions ?? 0)) await systemClock.sleep(20)
      const ended = await kill(command, at, forward)
      expect(ended).toEqual({ signal: 'SIGKILL', asked: asked.slice(0, at + 1) })
      killed++
      await expectNoWorse()
      balancer.release()
      expect(await Promise.all(open)).toContain('c')
      expect(await finish(command)).toBe(0)
      expect(await weights()).toEqual(withoutC)
    }
    expect(killed).toBe(kills)
    await expectNoError()
  },
)
