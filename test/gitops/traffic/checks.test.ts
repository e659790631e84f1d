import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { applyWeights, haproxy, type LoadBalancer, type ServerState, untilIdle } from '../../../gitops/traffic/index.ts'
import { systemClock } from '../../../host/index.ts'
import { type Balanced, startBalanced } from './haproxy-process.ts'

const checked = 'check inter 20ms rise 1'
const names = ['tough', 'brittle', 'led', 'off', 'advised']
let agent: Agent
let balanced: Balanced
let balancer: LoadBalancer

/** A check that fails takes `brittle` down at once, and `tough` never. */
beforeAll(async () => {
  agent = await startAgent()
  balanced = await startBalanced(names, {
    tough: `${checked} fall 100000`,
    brittle: `${checked} fall 1`,
    led: 'track fleet/brittle',
    off: `${checked} disabled`,
    advised: `${checked} agent-check agent-inter 20ms agent-addr 127.0.0.1 agent-port ${agent.port}`,
  })
  balancer = haproxy(balanced.runtime, 'fleet')
})
afterAll(async () => {
  await balanced.stop()
  agent.stop()
})
beforeEach(async () => {
  for (const name of names) {
    balanced.answerChecks(name, 200, 'OK')
    await balancer.setWeight(name, 10)
    await balancer.ready(name)
  }
  await until(async () =>
    [...(await balancer.servers()).values()].every(({ down, admin }) => !down && admin === 'ready'),
  )
})

const answers = [
  { reason: 'Not ready, later' },
  { reason: 'Starting, wait, please' },
  { reason: 'Not "ready", later' },
  { reason: '"' },
  { reason: ',,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,' },
]

test.each(answers)('a check that fails with $reason hides no weight, and no drain is finished early', async asked => {
  balanced.answerChecks('tough', 503, asked.reason)
  await shown(`"${asked.reason.replaceAll('"', '""')}"`)
  expect(await stateOf('tough')).toMatchObject({ weight: 10, admin: 'ready', drained: false, down: false })
  expect(await untilIdle(balancer, 'tough', { clock: systemClock, timeout: 0 })).toEqual({ kind: 'busy', sessions: 0 })
  expect(await applyWeights(balancer, new Map(names.map(name => [name, 10])))).toEqual([])
})

/** What a person or a program says to HAProxy or as an agent, what it then shows, and what that means. */
const states: readonly {
  what: string
  server: string
  /** What its check is answered with, if not 200. */
  check?: number
  told?: string
  advice?: string
  status: string
  is: Partial<ServerState>
}[] = [
  {
    what: 'that is drained while its check begins to fail',
    server: 'tough',
    check: 503,
    told: 'set server fleet/tough state drain',
    status: 'DRAIN 9',
    is: { weight: 10, admin: 'drain', drained: true, down: false },
  },
  {
    what: 'that is drained and down',
    server: 'brittle',
    check: 503,
    told: 'set server fleet/brittle state drain',
    status: 'DOWN',
    is: { weight: 10, admin: 'drain', drained: true, down: true },
  },
  {
    what: 'that is down',
    server: 'brittle',
    check: 503,
    status: 'DOWN',
    is: { weight: 10, admin: 'ready', drained: false, down: true },
  },
  {
    what: 'that is going, as its check says by 404',
    server: 'brittle',
    check: 404,
    status: 'NOLB',
    is: { weight: 10, admin: 'ready', drained: false, down: true },
  },
  {
    what: 'without a weight',
    server: 'tough',
    told: 'set server fleet/tough weight 0',
    status: 'UP',
    is: { weight: 0, admin: 'ready', drained: true, down: false },
  },
  {
    what: 'without a weight that is down',
    server: 'brittle',
    check: 503,
    told: 'set server fleet/brittle weight 0',
    status: 'DOWN',
    is: { weight: 0, admin: 'ready', drained: true, down: true },
  },
  {
    what: 'in maintenance, whose check is not asked',
    server: 'brittle',
    told: 'set server fleet/brittle state maint',
    status: 'MAINT',
    is: { weight: 10, admin: 'maintenance', drained: true, down: false },
  },
  {
    what: 'that follows one in maintenance',
    server: 'led',
    told: 'set server fleet/brittle state maint',
    status: 'MAINT (via fleet/brittle)',
    is: { weight: 10, admin: 'maintenance', drained: true, down: false },
  },
  {
    what: 'that follows a drained one, so that no command to it brings it back',
    server: 'led',
    told: 'set server fleet/brittle state drain',
    status: 'DRAIN',
    is: { weight: 10, admin: 'maintenance', drained: true, down: false },
  },
  {
    what: 'that its configuration disabled and a person made ready',
    server: 'off',
    status: 'UP',
    is: { weight: 10, admin: 'ready', drained: false, down: false },
  },
  {
    what: 'that its configuration disabled and a person drained',
    server: 'off',
    told: 'set server fleet/off state drain',
    status: 'DRAIN',
    is: { weight: 10, admin: 'drain', drained: true, down: false },
  },
  {
    what: 'that an agent drains, and would again',
    server: 'advised',
    advice: 'drain # for now, as asked',
    status: 'DRAIN (agent)',
    is: { weight: 10, admin: 'maintenance', drained: true, down: false },
  },
]

test.each(states)('a server $what', async ({ server, check, told, advice, status, is }) => {
  if (told !== undefined) expect(await balanced.command(told)).toBe('')
  if (check !== undefined) balanced.answerChecks(server, check, 'Not ready, later')
  if (advice !== undefined) agent.say(advice)
  try {
    await until(async () => (await statusOf(server)).startsWith(status))
    expect(await stateOf(server)).toMatchObject(is)
    expect((await statusOf(server)).startsWith(status)).toBe(true)
  } finally {
    agent.say('ready')
  }
})

test('one that a person drained and whose check then fails is idle, and made ready it is back when it recovers', async () => {
  await balancer.drain('brittle')
  balanced.answerChecks('brittle', 503, 'Not ready, later')
  await until(async () => (await statusOf('brittle')) === 'DOWN')
  const patience = { clock: systemClock, timeout: 0 }
  expect(await untilIdle(balancer, 'brittle', patience)).toEqual({ kind: 'drained' })
  const wanted = new Map(names.map(name => [name, 10]))
  expect(await applyWeights(balancer, wanted)).toEqual([{ server: 'brittle', from: 0, to: 10 }])
  expect(await stateOf('brittle')).toMatchObject({ admin: 'ready', drained: false, down: true })
  expect(await applyWeights(balancer, wanted)).toEqual([])
  balanced.answerChecks('brittle', 200, 'Fine, thanks')
  await until(async () => (await statusOf('brittle')) === 'UP')
  expect(await Promise.all(names.map(() => balanced.get('/')))).toContain('brittle')
})

async function stateOf(server: string): Promise<ServerState | undefined> {
  return (await balancer.servers()).get(server)
}

/** Its health as HAProxy shows it. */
async function statusOf(server: string): Promise<string> {
  const line = (await balanced.command('show stat fleet 4 -1'))
    .split('\n')
    .find(each => each.startsWith(`fleet,${server},`))
  return line?.split(',')[17] ?? ''
}

async function shown(text: string): Promise<void> {
  await until(async () => (await balanced.command('show stat fleet 4 -1')).includes(text))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 250) throw new Error('it did not come to that')
    await systemClock.sleep(20)
  }
}

/** What HAProxy asks beside its checks; it says `ready` until it is told otherwise. */
type Agent = { port: number; say(advice: string): void; stop(): void }

async function startAgent(): Promise<Agent> {
  let advice = 'ready'
  const server = createServer(client => client.on('error', () => {}).end(`${advice}\n`))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it has no port')
  return {
    port: address.port,
    say: next => {
      advice = next
    },
    stop: () => void server.close(),
  }
}
