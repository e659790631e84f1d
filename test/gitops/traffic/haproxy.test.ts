import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import {
  applyWeights,
  drainServer,
  haproxy,
  type LoadBalancer,
  LoadBalancerError,
  parseRuntimeAddress,
  weightsFor,
} from '../../../gitops/traffic/index.ts'
import { systemClock } from '../../../host/index.ts'
import { type Balanced, startBalanced } from './haproxy-process.ts'

const names = ['prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c']
let balanced: Balanced
let balancer: LoadBalancer

beforeAll(async () => {
  balanced = await startBalanced(names)
  balancer = haproxy(balanced.runtime, 'fleet')
})
afterAll(() => balanced.stop())
beforeEach(async () => {
  for (const name of names) {
    await balancer.setWeight(name, 1)
    await balancer.ready(name)
  }
})

const fivePercent = weightsFor(new Map([['prod-eu1-a', 5], ...names.slice(1).map((n): [string, number] => [n, 47.5])]))

test('weights are set, read back, and set once only', async () => {
  expect(await applyWeights(balancer, fivePercent)).toEqual([
    { server: 'prod-eu1-b', from: 1, to: 247 },
    { server: 'prod-eu1-c', from: 1, to: 247 },
    { server: 'prod-eu1-a', from: 1, to: 26 },
  ])
  expect([...(await balancer.servers())].map(([, { weight }]) => weight)).toEqual([26, 247, 247])
  expect(await applyWeights(balancer, fivePercent)).toEqual([])
})

test('5% of the requests reach the canary, exactly over a full turn of the wheel', async () => {
  await applyWeights(balancer, fivePercent)
  const answered = new Map(names.map(name => [name, 0]))
  for (let turn = 0; turn < 26; turn++) {
    for (const name of await Promise.all(Array.from({ length: 40 }, () => balanced.get('/')))) {
      answered.set(name, (answered.get(name) ?? 0) + 1)
    }
  }
  const canary = answered.get('prod-eu1-a') ?? 0
  expect(canary).toBeGreaterThanOrEqual(50)
  expect(canary).toBeLessThanOrEqual(54)
})

test('a server that the weights do not name gets no traffic', async () => {
  await applyWeights(balancer, new Map([['prod-eu1-b', 256]]))
  const answers = await Promise.all(Array.from({ length: 20 }, () => balanced.get('/')))
  expect(new Set(answers)).toEqual(new Set(['prod-eu1-b']))
})

test('draining waits for the sessions under way and loses none', async () => {
  const slow = Array.from({ length: 6 }, () => balanced.get('/slow'))
  await new Promise(resolve => setTimeout(resolve, 100))
  const drained = drainServer(balancer, 'prod-eu1-b', { clock: systemClock, timeout: 5000, poll: 20 })
  expect((await Promise.all(slow)).filter(name => name === 'prod-eu1-b')).toHaveLength(2)
  expect(await drained).toEqual({ kind: 'drained' })
  const answers = await Promise.all(Array.from({ length: 20 }, () => balanced.get('/')))
  expect(answers).not.toContain('prod-eu1-b')
  await balancer.ready('prod-eu1-b')
  expect(await Promise.all(Array.from({ length: 20 }, () => balanced.get('/')))).toContain('prod-eu1-b')
})

test('draining says so when the sessions outlast the time', async () => {
  const slow = Array.from({ length: 3 }, () => balanced.get('/slow'))
  await new Promise(resolve => setTimeout(resolve, 100))
  const outcome = await drainServer(balancer, 'prod-eu1-c', { clock: systemClock, timeout: 100, poll: 20 })
  expect(outcome).toEqual({ kind: 'busy', sessions: 1 })
  await Promise.all(slow)
})

test.each<{ what: string; attempt: () => Promise<unknown>; message: RegExp }>([
  {
    what: 'a weight above 256',
    attempt: () => balancer.setWeight('prod-eu1-a', 300),
    message: /refused "set server fleet\/prod-eu1-a weight 300": Absolute weight can only be between 0 and 256/,
  },
  {
    what: 'a server that does not exist',
    attempt: () => balancer.drain('prod-eu9-z'),
    message: /refused "set server fleet\/prod-eu9-z state drain": No such server/,
  },
  {
    what: 'weights for a server that does not exist',
    attempt: () => applyWeights(balancer, new Map([['prod-eu9-z', 10]])),
    message: /has no server named prod-eu9-z: it has prod-eu1-a, prod-eu1-b, prod-eu1-c/,
  },
  {
    what: 'a name that would begin a second command',
    attempt: () => balancer.setWeight('prod-eu1-a weight 1; disable frontend fleet', 1),
    message: /not a name in HAProxy/,
  },
  {
    what: 'a name with a newline',
    attempt: () => balancer.drain('prod-eu1-a\ndisable frontend fleet'),
    message: /not a name in HAProxy: "prod-eu1-a\\ndisable frontend fleet"/,
  },
  {
    what: 'a backend that does not exist',
    attempt: () => haproxy(balanced.runtime, 'nobody').servers(),
    message: /no backend named nobody/,
  },
  {
    what: 'a runtime API that is not there',
    attempt: () => haproxy({ path: '/nowhere/runtime.sock' }, 'fleet').servers(),
    message: /runtime API at \/nowhere\/runtime.sock cannot be reached: connect ENOENT/,
  },
])('$what is an error', async ({ attempt, message }) => {
  await expect(attempt()).rejects.toThrow(LoadBalancerError)
  await expect(attempt()).rejects.toThrow(message)
})

test('a line that is closed before the answer is an error, and no command that worked', async () => {
  const server = createServer(client => client.once('data', () => client.end()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const closing = haproxy({ host: '127.0.0.1', port }, 'fleet')
  try {
    for (const attempt of [() => closing.setWeight('prod-eu1-a', 1), () => closing.servers()]) {
      await expect(attempt()).rejects.toThrow(LoadBalancerError)
      await expect(attempt()).rejects.toThrow(
        `HAProxy's runtime API at 127.0.0.1:${port} closed the line without an answer`,
      )
    }
  } finally {
    server.close()
  }
})

test('a load balancer that does not hold what it was told is an error', async () => {
  const forgetful: LoadBalancer = { ...balancer, setWeight: async () => {} }
  await expect(applyWeights(forgetful, new Map([['prod-eu1-a', 13]]))).rejects.toThrow(
    'prod-eu1-a was set to weight 13 but has 1',
  )
})

test.each([
  ['unix:/run/haproxy.sock', { path: '/run/haproxy.sock' }],
  ['tcp:127.0.0.1:9999', { host: '127.0.0.1', port: 9999 }],
])('the address %s', (text, address) => expect(parseRuntimeAddress(text)).toEqual(address))

test.each(['', '/run/haproxy.sock', 'tcp:127.0.0.1', 'http://127.0.0.1:1', 'tcp:127.0.0.1:0', 'tcp:h:65536'])(
  '%p is no runtime address',
  text => {
    expect(() => parseRuntimeAddress(text)).toThrow(RangeError)
  },
)
