import { expect, test } from '@jest/globals'
import { orderChanges } from '../../../gitops/traffic/index.ts'
import fc from '../../support/property.ts'

const order = (before: Record<string, number>, wanted: Record<string, number>) =>
  orderChanges(new Map(Object.entries(before)), new Map(Object.entries(wanted)), canaries)
const canaries = new Set(['c1', 'c2'])

test.each([
  {
    what: 'a primary drains: the canary shrinks before',
    before: { c1: 26, p1: 247, p2: 247 },
    wanted: { c1: 13, p1: 247, p2: 0 },
    steps: ['c1 13', 'p2 0'],
  },
  {
    what: 'a primary comes: the canary grows after',
    before: { c1: 13, p1: 247, p2: 0 },
    wanted: { c1: 26, p1: 247, p2: 247 },
    steps: ['p2 247', 'c1 26'],
  },
  {
    what: 'from nothing at all, a primary is first',
    before: { c1: 0, p1: 0 },
    wanted: { c1: 13, p1: 247 },
    steps: ['p1 247', 'c1 13'],
  },
  {
    what: 'canaries that have everything change places without a gap',
    before: { c1: 256, c2: 0 },
    wanted: { c1: 0, c2: 256 },
    steps: ['c2 256', 'c1 0'],
  },
  {
    what: 'a server of no cluster goes last',
    before: { c1: 13, p1: 247, x: 9 },
    wanted: { c1: 13, p1: 247 },
    steps: ['x 0'],
  },
  { what: 'what is right is left alone', before: { c1: 13, p1: 247 }, wanted: { c1: 13, p1: 247 }, steps: [] },
])('$what', ({ before, wanted, steps }) => {
  expect(order(before, wanted).map(({ server, to }) => `${server} ${to}`)).toEqual(steps)
})

const weight = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 256 }))
const weights = fc.record({ c1: weight, c2: weight, p1: weight, p2: weight, p3: weight })

test('on the way some server always takes traffic, and the canaries never more than before or after', () => {
  fc.assert(
    fc.property(weights, weights, (before, wanted) => {
      const share = (held: Record<string, number>) => {
        const all = Object.values(held).reduce((sum, each) => sum + each, 0)
        return all === 0 ? 0 : ((held.c1 ?? 0) + (held.c2 ?? 0)) / all
      }
      const total = (held: Record<string, number>) => Object.values(held).reduce((sum, each) => sum + each, 0)
      fc.pre(total(before) > 0 && total(wanted) > 0)
      const held: Record<string, number> = { ...before }
      let wasRight = share(held) <= share(wanted)
      for (const { server, from, to } of order(before, wanted)) {
        expect(held[server]).toBe(from)
        held[server] = to
        expect(total(held)).toBeGreaterThan(0)
        expect(share(held)).toBeLessThanOrEqual(Math.max(share(before), share(wanted)) + 1e-12)
        if (wasRight) expect(share(held)).toBeLessThanOrEqual(share(wanted) + 1e-12)
        wasRight ||= share(held) <= share(wanted)
      }
      expect(held).toEqual(wanted)
    }),
    { numRuns: 2000 },
  )
})
