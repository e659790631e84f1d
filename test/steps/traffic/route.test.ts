import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import { haproxy, type LoadBalancer, LoadBalancerError } from '../../../gitops/traffic/index.ts'
import { silentLog, systemClock } from '../../../host/index.ts'
import { openLoadBalancer, routeTraffic, type TrafficPorts, type TrafficRequest } from '../../../steps/traffic/index.ts'
import { treeOf } from '../../support/tree.ts'
import { fleetFiles, fleetTree } from './fleet.ts'
import { type Balancer, slowness, startBalancer } from './world.ts'

const roles = { a: 'canary', c: 'primary', d: 'primary' } as const
let balancer: Balancer
let held: LoadBalancer

/** HAProxy also has a server of no cluster, and a backup; it checks `d`, whose health only the tests change. */
beforeAll(async () => {
  balancer = await startBalancer(['a', 'c', 'd', 'old', 'sorry'], { sorry: 'backup', d: 'check inter 1d' })
  held = haproxy({ path: balancer.runtime }, 'fleet')
})
afterAll(() => balancer.stop())

const right = { a: 26, c: 247, d: 247, old: 0, sorry: 1 }
beforeEach(async () => {
  for (const [server, weight] of Object.entries(right)) {
    await held.ready(server)
    await held.setWeight(server, weight)
  }
})

const fleet = (active: readonly string[], others: 'inactive' | 'draining' = 'inactive') =>
  fleetTree({ address: balancer.address, roles, active, others })

function route(tree: Tree, request: Partial<TrafficRequest> = {}, ports: Partial<TrafficPorts> = {}) {
  return routeTraffic(
    { dryRun: false, wait: 0, ...request },
    {
      repository: { head: async () => tree },
      open: openLoadBalancer,
      clock: systemClock,
      log: silentLog,
      signal: new AbortController().signal,
      ...ports,
    },
  )
}

const weights = async () => Object.fromEntries([...(await held.servers())].map(([name, { weight }]) => [name, weight]))

test('a change is shown with its shares before and after, and made once', async () => {
  const first = await route(fleet(['a', 'c']))
  expect(first).toMatchObject({ kind: 'changed', reason: 'set a 26 → 13, d 247 → 0' })
  const [a, c, d] = first.rows
  expect(a).toMatchObject({
    server: 'a',
    role: 'canary',
    state: 'active',
    before: { weight: 26, share: 5 },
    after: { weight: 13, share: 5 },
  })
  expect(c).toMatchObject({ before: { weight: 247, share: 47.5 }, after: { weight: 247, share: 95 } })
  expect(d).toMatchObject({ state: 'inactive', before: { share: 47.5 }, after: { weight: 0, share: 0 } })
  expect(await route(fleet(['a', 'c']))).toMatchObject({
    kind: 'unchanged',
    reason: 'the load balancer holds what the fleet asks for: nothing was changed',
  })
})

test('a dry run says what would hold, and changes nothing', async () => {
  const planned = await route(fleet(['a', 'c']), { dryRun: true })
  expect(planned).toMatchObject({ kind: 'planned', reason: 'would set a 26 → 13, d 247 → 0' })
  expect(planned.rows.map(({ after }) => after.weight)).toEqual([13, 247, 0, 0, 1])
  expect(await weights()).toEqual(right)
})

test.each([
  { what: 'every cluster drained', active: [], reason: /^no cluster can take traffic: a is draining, c is draining/ },
])('$what is refused, and nothing is changed', async ({ active, reason }) => {
  expect(await route(fleet(active, 'draining'))).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(reason),
  })
  expect(await weights()).toEqual(right)
})

test('an active cluster that the load balancer does not have is refused before anything is changed', async () => {
  const tree = fleetTree({ address: balancer.address, roles: { ...roles, e: 'primary' }, active: ['a', 'e'] })
  expect(await route(tree)).toMatchObject({
    kind: 'refused',
    reason: 'the load balancer has no server named e; it has a, c, d, old, sorry',
  })
  expect(await weights()).toEqual(right)
})

const withMissing = (active: readonly string[]) =>
  fleetTree({ address: balancer.address, roles: { ...roles, e: 'primary' }, active: [...active, 'e'] })
const lack = 'the load balancer has no server named e; it has a, c, d, old, sorry'

test('beside one that the load balancer does not have, a drain is carried out, waited for and still a failure', async () => {
  await held.setWeight('old', 9)
  const slow = Array.from({ length: 8 }, () => balancer.slow())
  await systemClock.sleep(100)
  expect(await route(withMissing(['a', 'c']), { wait: 10 * slowness })).toMatchObject({
    kind: 'incomplete',
    reason: `set a 26 → 13, d 247 → 0; drained, no session is left; ${lack}`,
    cure: 'Add it to the backend, named as the cluster, or make the cluster inactive',
    notes: ['old is no cluster with a role: it is left as it is while a server is missing'],
  })
  expect(await Promise.all(slow)).toContain('d')
  expect(await weights()).toEqual({ a: 13, c: 247, d: 0, old: 9, sorry: 1 })
  expect(await route(withMissing(['a', 'c']))).toMatchObject({
    kind: 'incomplete',
    reason: `every other server holds what the fleet asks for: nothing was changed; ${lack}`,
  })
})

test('beside one that the load balancer does not have, one is taken out by hand, and cut off anywhere no state is worse', async () => {
  for (let steps = 0; steps < 2; steps++) {
    for (const [server, weight] of Object.entries(right)) await held.setWeight(server, weight)
    let made = 0
    const cut: LoadBalancer = {
      ...held,
      setWeight: async (server, weight) => {
        if (made++ === steps) throw new LoadBalancerError('the line was cut')
        await held.setWeight(server, weight)
      },
    }
    await route(withMissing(['a', 'c', 'd']), { drain: 'c' }, { open: () => cut }).catch(() => {})
    const { a = 0, c = 0, d = 0 } = await weights()
    expect(a / (a + c + d)).toBeLessThanOrEqual(0.05)
    expect(await route(withMissing(['a', 'c', 'd']), { drain: 'c' })).toMatchObject({ kind: 'incomplete' })
    expect(await weights()).toMatchObject({ a: 13, c: 0, d: 247 })
  }
})

test('beside one that the load balancer does not have, a dry run is refused and says what would be set', async () => {
  expect(await route(withMissing(['a', 'c']), { dryRun: true })).toMatchObject({
    kind: 'refused',
    reason: `would set a 26 → 13, d 247 → 0; ${lack}`,
  })
  expect(await weights()).toEqual(right)
})

test('without an active primary the canaries take everything, and that is said', async () => {
  const outcome = await route(fleet(['a']))
  expect(outcome).toMatchObject({
    kind: 'changed',
    notes: expect.arrayContaining([expect.stringMatching(/canaries take all/)]),
  })
  expect(outcome.rows[0]?.after).toEqual({ weight: 256, share: 100 })
})

test('a server of no cluster loses its traffic, with a note; a backup is left alone', async () => {
  await held.setWeight('old', 9)
  const outcome = await route(fleet(['a', 'c', 'd']))
  expect(outcome.notes).toEqual(['old is no cluster with a role: it gets no traffic'])
  expect(await weights()).toEqual(right)
})

test('a drained server takes traffic again once its cluster is active', async () => {
  await held.drain('c')
  expect(await route(fleet(['a', 'c', 'd']))).toMatchObject({ kind: 'changed', reason: 'set c 0 → 247' })
  expect((await held.servers()).get('c')).toMatchObject({ admin: 'ready', weight: 247 })
})

test('a drained server that shall have none loses its weight as well, so that ready does not bring it back', async () => {
  await held.drain('d')
  await route(fleet(['a', 'c']))
  expect((await held.servers()).get('d')).toMatchObject({ weight: 0 })
})

test('one that a person drained and whose health check fails is made ready, and has its share when it recovers', async () => {
  await held.drain('d')
  await command('set server fleet/d health down')
  try {
    expect(await route(fleet(['a', 'c', 'd']))).toMatchObject({
      kind: 'changed',
      reason: 'set d 0 → 247',
      notes: expect.arrayContaining([expect.stringMatching(/^d fails its health check/)]),
    })
    expect((await held.servers()).get('d')).toMatchObject({ admin: 'ready', down: true })
    expect((await balancer.load(100)).has('d')).toBe(false)
  } finally {
    await command('set server fleet/d health up')
  }
  expect(await route(fleet(['a', 'c', 'd']))).toMatchObject({ kind: 'unchanged' })
  expect((await balancer.load(100)).get('d')).toBeGreaterThan(30)
})

test('a cluster in maintenance at the load balancer stays so, and the canary keeps 5%', async () => {
  await command('set server fleet/d state maint')
  const outcome = await route(fleet(['a', 'c', 'd']))
  expect(outcome.notes).toContainEqual(expect.stringMatching(/^d is in maintenance/))
  expect(outcome.rows[0]?.after).toEqual({ weight: 13, share: 5 })
  expect((await held.servers()).get('d')).toMatchObject({ admin: 'maintenance' })
  expect(await route(fleet(['a', 'c', 'd']))).toMatchObject({ kind: 'unchanged' })
})

test('a socket that may only be read is a mistake with its cure, and nothing was changed', async () => {
  const tree = fleetTree({ address: `unix:${balancer.reader}`, roles, active: ['a', 'c'] })
  expect(await route(tree, { dryRun: true })).toMatchObject({ kind: 'planned' })
  const routed = route(tree)
  await expect(routed).rejects.toThrow(ConfigurationError)
  await expect(routed).rejects.toThrow(
    `HAProxy's runtime API at ${balancer.reader} refused "set server fleet/a weight 13" (found "Permission denied"). ` +
      'Give this socket the right to set weights, in the section global of haproxy.cfg: stats socket … level admin',
  )
  expect(await weights()).toEqual(right)
})

test.each([
  { what: 'refused', at: 'set', said: 'a could not be set to weight 13, and nothing was changed' },
  {
    what: 'cut',
    at: 'every call',
    said: 'a could not be set to weight 13, and whether it was all the same cannot be read',
  },
])('a first change that is $what is a fault, not halfway', async ({ at, said }) => {
  let isCut = false
  const failing: LoadBalancer = {
    ...held,
    servers: async () => {
      if (isCut && at === 'every call') throw new LoadBalancerError('the line was cut')
      return held.servers()
    },
    setWeight: async () => {
      isCut = true
      throw new LoadBalancerError('the line was cut')
    },
  }
  const routed = route(fleet(['a', 'c']), {}, { open: () => failing })
  await expect(routed).rejects.toThrow(LoadBalancerError)
  await expect(routed).rejects.toThrow(said)
  expect(await weights()).toEqual(right)
})

test('a first change that is made although its answer is lost is halfway', async () => {
  const deaf: LoadBalancer = {
    ...held,
    setWeight: async (server, weight) => {
      await held.setWeight(server, weight)
      throw new LoadBalancerError('the line was cut')
    },
  }
  expect(await route(fleet(['a', 'c']), {}, { open: () => deaf })).toMatchObject({
    kind: 'halfway',
    reason: 'a could not be set to weight 13: the line was cut',
    cure: expect.stringMatching(/run it again/),
  })
})

test('cut off after any step, some server takes traffic, the canary no more than it may, and the next run finishes', async () => {
  const tree = fleet(['a', 'd'])
  for (let steps = 0; steps < 4; steps++) {
    for (const [server, weight] of Object.entries({ a: 256, c: 256, d: 0, old: 3 }))
      await held.setWeight(server, weight)
    let made = 0
    const cut: LoadBalancer = {
      ...held,
      setWeight: async (server, weight) => {
        if (made++ === steps) throw new LoadBalancerError('the line was cut')
        await held.setWeight(server, weight)
      },
    }
    if (steps === 0) {
      await expect(route(tree, {}, { open: () => cut })).rejects.toThrow(
        'd could not be set to weight 247, and nothing',
      )
      expect(await weights()).toMatchObject({ a: 256, c: 256, d: 0, old: 3 })
      continue
    }
    const outcome = await route(tree, {}, { open: () => cut })
    expect(outcome).toMatchObject({ kind: 'halfway', cure: expect.stringMatching(/run it again/) })
    const shown = Object.fromEntries(outcome.rows.map(({ server, after }) => [server, after.weight]))
    expect(shown).toEqual(await weights())
    const canary = outcome.rows.find(({ server }) => server === 'a')
    expect(canary?.after.share).toBeLessThanOrEqual(canary?.before.share ?? 0)
    expect(await route(tree)).toMatchObject({ kind: 'changed' })
    expect(await weights()).toEqual({ a: 13, c: 0, d: 247, old: 0, sorry: 1 })
  }
})

/** A load balancer that does not answer the questions of these numbers, counted from 1. */
function missing(isMissed: (question: number) => boolean): LoadBalancer {
  let asked = 0
  return {
    ...held,
    servers: async () => {
      if (isMissed(++asked)) throw new LoadBalancerError(`no answer to question ${asked}`)
      return held.servers()
    },
  }
}

test('one missed answer is a fault before anything was changed, and then an outcome that shows what was set', async () => {
  const kinds: string[] = []
  for (let missed = 1; missed <= 8; missed++) {
    for (const [server, weight] of Object.entries(right)) await held.setWeight(server, weight)
    const open = () => missing(question => question === missed)
    try {
      const outcome = await route(fleet(['a', 'c']), { wait: 5000 }, { open })
      expect(outcome.reason).toMatch(/set(?: before that:)? a 26 → 13, d 247 → 0/i)
      const shown = Object.fromEntries(outcome.rows.map(({ server, after }) => [server, after.weight]))
      expect(shown).toEqual({ a: 13, c: 247, d: 0, old: 0, sorry: 1 })
      expect(outcome.rows.map(({ before }) => before.weight)).toEqual(Object.values(right))
      expect(await weights()).toEqual(shown)
      kinds.push(outcome.kind)
    } catch (error) {
      expect(error).toEqual(new LoadBalancerError(`no answer to question ${missed}`))
      expect(await weights()).toEqual(right)
      kinds.push('fault')
    }
  }
  expect(kinds).toEqual(['fault', 'fault', 'halfway', ...Array(5).fill('changed')])
})

test('a drained server that was made ready is shown with its weight, though that answer is missed', async () => {
  await held.drain('c')
  const outcome = await route(fleet(['a', 'c', 'd']), {}, { open: () => missing(question => question > 3) })
  expect(outcome).toMatchObject({ kind: 'changed', reason: 'set c 0 → 247' })
  expect(outcome.rows[1]).toMatchObject({ server: 'c', before: { weight: 0 }, after: { weight: 247, share: 47.5 } })
})

test('no answer for as long as is waited is halfway, with what was set', async () => {
  const outcome = await route(fleet(['a', 'c']), { wait: 300 }, { open: () => missing(question => question > 4) })
  expect(outcome).toMatchObject({
    kind: 'halfway',
    reason: expect.stringMatching(
      /^set a 26 → 13, d 247 → 0; after 300ms the sessions of d, old cannot be read: no answer to question \d+$/,
    ),
    cure: 'Run it again: it sets what does not hold any more, and waits for the rest',
  })
  expect(outcome.rows.map(({ after }) => after.weight)).toEqual([13, 247, 0, 0, 1])
})

test('a server that has its weight again while it is waited for, as after a restart, is halfway', async () => {
  let asked = 0
  const restarted: LoadBalancer = {
    ...held,
    servers: async () => {
      if (++asked === 5) await held.setWeight('d', 9)
      return held.servers()
    },
  }
  expect(await route(fleet(['a', 'c']), { wait: 300 }, { open: () => restarted })).toMatchObject({
    kind: 'halfway',
    reason: 'set a 26 → 13, d 247 → 0; after 300ms d takes traffic again',
    cure: expect.stringMatching(/^Run it again/),
  })
})

test('a fleet that changes meanwhile, and no answer then, is halfway with what was set before', async () => {
  const trees = [fleet(['a', 'c']), fleet(['a', 'd'])]
  const repository = { head: async () => trees.shift() ?? fleet(['a', 'd']) }
  const outcome = await route(fleet([]), {}, { repository, open: sameOne(missing(question => question > 4)) })
  expect(outcome).toMatchObject({
    kind: 'halfway',
    reason:
      'set a 26 → 13, d 247 → 0, then the fleet changed once more, and that is not routed: no answer to question 5',
    cure: expect.stringMatching(/run it again/),
  })
  expect(outcome.rows.map(({ after }) => after.weight)).toEqual([13, 247, 0, 0, 1])
})

const sameOne = (one: LoadBalancer) => () => one

test('what somebody else sets at the same time is noticed when it is read back', async () => {
  const contested: LoadBalancer = {
    ...held,
    setWeight: async (server, weight) => held.setWeight(server, server === 'd' ? 100 : weight),
  }
  expect(await route(fleet(['a', 'c']), {}, { open: () => contested })).toMatchObject({
    kind: 'halfway',
    reason: expect.stringMatching(/^d was set to weight 0 but has 100\. Set before that: a 26 → 13, d 247 → 0$/),
  })
})

test('a load balancer that cannot be reached is a fault, and nothing was changed', async () => {
  const tree = fleetTree({ address: 'unix:/nowhere/runtime.sock', roles, active: ['a', 'c'] })
  await expect(route(tree)).rejects.toThrow(/runtime API at \/nowhere\/runtime.sock cannot be reached/)
})

test('the runtime API over TCP does as well', async () => {
  const server = createServer(client => {
    const upstream = connect(balancer.runtime)
    client.pipe(upstream).pipe(client)
    for (const end of [client, upstream]) end.on('error', () => end.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  try {
    const tree = fleetTree({ address: `tcp:127.0.0.1:${port}`, roles, active: ['a', 'd'] })
    expect(await route(tree)).toMatchObject({ kind: 'changed', reason: 'set a 26 → 13, c 247 → 0' })
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
})

test('a fleet without a load balancer is a mistake with its place', async () => {
  const tree = treeOf({ ...fleetFiles({ address: balancer.address, roles, active: ['a'] }), 'fleet.yaml': '' })
  const { 'fleet.yaml': _none, ...files } = fleetFiles({ address: balancer.address, roles, active: ['a'] })
  await expect(route(treeOf(files))).rejects.toThrow('fleet.yaml: spec.loadBalancer is missing')
  await expect(route(tree)).rejects.toThrow(ConfigurationError)
})

test('a fleet that changes meanwhile is routed again', async () => {
  const trees = [fleet(['a', 'c']), fleet(['a', 'd'])]
  const repository = { head: async () => trees.shift() ?? fleet(['a', 'd']) }
  const outcome = await route(fleet([]), {}, { repository })
  expect(outcome).toMatchObject({ kind: 'changed', reason: 'set a 26 → 13, d 247 → 0, then set d 0 → 247, c 247 → 0' })
  expect(await weights()).toMatchObject({ a: 13, c: 0, d: 247 })
})

test('a drain waits for the sessions under way, reroutes the rest at once, and no client notices', async () => {
  const traffic = balancer.traffic()
  const slow = Array.from({ length: 8 }, () => balancer.slow())
  await systemClock.sleep(100)
  const outcome = await route(fleet(['a', 'c', 'd']), { drain: 'c', wait: 10 * slowness })
  expect(outcome).toMatchObject({
    kind: 'changed',
    reason: 'set a 26 → 13, c 247 → 0; drained, no session is left',
    notes: [expect.stringMatching(/old is no/), expect.stringMatching(/^Git still says that c is active/)],
  })
  expect((await balancer.load(1000)).has('c')).toBe(false)
  expect(await Promise.all(slow)).toContain('c')
  const { answered, errors } = await traffic.stop()
  expect(errors).toEqual([])
  expect(answered).toBeGreaterThan(20) // the 25th of each of the two clients is slow, and takes as long as the drain
})

test('sessions that outlast the time are counted', async () => {
  const slow = Array.from({ length: 8 }, () => balancer.slow())
  await systemClock.sleep(100)
  expect(await route(fleet(['a', 'd']), { wait: 50 })).toMatchObject({
    kind: 'busy',
    reason: expect.stringMatching(/after 50ms sessions are left: c has [1-8]$/),
  })
  await Promise.all(slow)
})

test('the last active cluster cannot be drained, and a stranger neither', async () => {
  expect(await route(fleet(['c']), { drain: 'c' })).toMatchObject({
    kind: 'refused',
    reason: 'no cluster can take traffic: a is inactive, c is active, leaving, d is inactive',
  })
  await expect(route(fleet(['c']), { drain: 'x' })).rejects.toThrow(
    /no cluster behind .* \(found "x"\)\. There is a, c, d/,
  )
})

test('the last active primary is not drained, unless it is forced with a reason', async () => {
  const tree = fleet(['a', 'c'])
  await route(tree)
  expect(await route(tree, { drain: 'c' })).toMatchObject({
    kind: 'refused',
    reason: 'c is the last active primary that takes traffic: the canaries would take all traffic',
    cure: 'Make another cluster active first, or insist with --force and a --reason',
  })
  expect(await weights()).toMatchObject({ a: 13, c: 247, d: 0 })
  expect(await route(tree, { drain: 'c', force: true, reason: 'it burns' })).toMatchObject({
    kind: 'changed',
    reason: 'set a 13 → 256, c 247 → 0',
    notes: expect.arrayContaining(['c is taken out by hand: it burns', expect.stringMatching(/canaries take all/)]),
  })
})

test('cancelled while it waits, it ends at once', async () => {
  const slow = Array.from({ length: 8 }, () => balancer.slow())
  await systemClock.sleep(100)
  const cancellation = new AbortController()
  const waiting = route(fleet(['a', 'd']), { wait: 60_000 }, { signal: cancellation.signal })
  setTimeout(() => cancellation.abort(new Error('cancelled')), 200)
  await expect(waiting).rejects.toThrow('cancelled')
  await Promise.all(slow)
})

async function command(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(balancer.runtime, () => socket.write(`${text}\n`))
    socket.on('error', reject).on('data', () => {})
    socket.on('end', () => resolve())
  })
}
