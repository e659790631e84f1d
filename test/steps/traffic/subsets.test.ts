import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Tree } from '../../../gitops/repository/index.ts'
import { silentLog, systemClock } from '../../../host/index.ts'
import { openLoadBalancer, routeTraffic } from '../../../steps/traffic/index.ts'
import { fleetTree } from './fleet.ts'
import { type Balancer, startBalancer } from './world.ts'

const roles = { a: 'canary', b: 'canary', c: 'primary', d: 'primary', e: 'primary' } as const
const names = Object.keys(roles)
const requests = 20_000
let balancer: Balancer

beforeAll(async () => {
  balancer = await startBalancer(names)
})
afterAll(() => balancer.stop())

const subsets = Array.from({ length: 2 ** names.length - 1 }, (_, index) =>
  names.filter((_, bit) => ((index + 1) >> bit) % 2 === 1),
)

const route = (tree: Tree) =>
  routeTraffic(
    { dryRun: false, wait: 0 },
    {
      repository: { head: async () => tree },
      open: openLoadBalancer,
      clock: systemClock,
      log: silentLog,
      signal: new AbortController().signal,
    },
  )

/** What each active cluster should have: 5% for all canaries, unless only one kind is active. */
function expectedShares(active: readonly string[]): Map<string, number> {
  const canaries = active.filter(name => name < 'c')
  const primaries = active.filter(name => !canaries.includes(name))
  const share = primaries.length === 0 ? 1 : canaries.length === 0 ? 0 : 0.05
  return new Map([
    ...canaries.map((name): [string, number] => [name, share / canaries.length]),
    ...primaries.map((name): [string, number] => [name, (1 - share) / primaries.length]),
  ])
}

/** Two-sided 99.9% of the normal distribution; with 500 expected successes and more it is the binomial's. */
const z = 3.2905

test.each(subsets.map(active => ({ active, called: active.join('') })))(
  'with $called active, each has its share of 20,000 requests, and the canaries exactly 5% of the weights',
  async ({ active }) => {
    const tree = fleetTree({ address: balancer.address, roles, active })
    const outcome = await route(tree)
    expect(['changed', 'unchanged']).toContain(outcome.kind)
    expect(await route(tree)).toMatchObject({ kind: 'unchanged' })
    const weights = new Map(outcome.rows.map(({ server, after }) => [server, after.weight]))
    const sum = (some: readonly string[]) => some.reduce((total, name) => total + (weights.get(name) ?? 0), 0)
    const shares = expectedShares(active)
    const canaryShare = [...shares].filter(([name]) => name < 'c').reduce((total, [, share]) => total + share, 0)
    expect(sum(['a', 'b']) / sum(names)).toBeCloseTo(canaryShare, 15)
    const answered = await balancer.load(requests)
    for (const name of names) {
      const share = shares.get(name) ?? 0
      const margin = z * Math.sqrt(requests * share * (1 - share))
      const count = answered.get(name) ?? 0
      expect(Math.abs(count - requests * share)).toBeLessThanOrEqual(margin)
    }
    expect([...answered.keys()].filter(name => !active.includes(name))).toEqual([])
  },
)
