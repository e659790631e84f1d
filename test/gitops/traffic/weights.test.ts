import { expect, test } from '@jest/globals'
import { largestWeight, weightsFor } from '../../../gitops/traffic/index.ts'
import fc from '../../support/property.ts'

/** One canary cluster with `canaryShare` percent, `primaries` clusters share the rest. */
function fleet(canaryShare: number, primaries: number): Map<string, number> {
  const rest = Array.from({ length: primaries }, (_, index): [string, number] => [
    `primary-${index + 1}`,
    (100 - canaryShare) / primaries,
  ])
  return new Map([['canary', canaryShare], ...rest])
}

test.each([
  { canaryShare: 5, primaries: 1, canary: 13, primary: 247 },
  { canaryShare: 5, primaries: 2, canary: 26, primary: 247 },
  { canaryShare: 5, primaries: 3, canary: 39, primary: 247 },
  { canaryShare: 5, primaries: 19, canary: 256, primary: 256 },
  { canaryShare: 5, primaries: 20, canary: 240, primary: 228 },
  { canaryShare: 10, primaries: 1, canary: 28, primary: 252 },
  { canaryShare: 1, primaries: 2, canary: 4, primary: 198 },
])('$canaryShare% to one canary beside $primaries primaries', ({ canaryShare, primaries, canary, primary }) => {
  const weights = weightsFor(fleet(canaryShare, primaries))
  expect([weights.get('canary'), weights.get('primary-1')]).toEqual([canary, primary])
})

test.each([
  { shares: {}, weights: {} },
  { shares: { a: 100 }, weights: { a: 256 } },
  { shares: { a: 50, b: 50 }, weights: { a: 256, b: 256 } },
  { shares: { a: 100, b: 0 }, weights: { a: 256, b: 0 } },
  { shares: { a: 0, b: 0 }, weights: { a: 0, b: 0 } },
  { shares: { canary: 0.01, primary: 99.99 }, weights: { canary: 1, primary: 256 } },
])('$shares become $weights', ({ shares, weights }) => {
  expect(Object.fromEntries(weightsFor(new Map(Object.entries(shares))))).toEqual(weights)
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%p is no share', share => {
  expect(() => weightsFor(new Map([['a', share]]))).toThrow(RangeError)
})

const shares = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 100, noNaN: true })), { minLength: 1, maxLength: 12 })
  .map(values => new Map(values.map((value, index) => [`c${index}`, value])))

test('weights are whole, within bounds, 0 only where the share is, and ordered as the shares are', () => {
  fc.assert(
    fc.property(shares, wanted => {
      const weights = weightsFor(wanted)
      for (const [name, share] of wanted) {
        const weight = weights.get(name) ?? -1
        expect(Number.isInteger(weight) && weight >= 0 && weight <= largestWeight).toBe(true)
        expect(weight === 0).toBe(share === 0)
        for (const [other, otherShare] of wanted) {
          if (share > otherShare) expect(weight).toBeGreaterThanOrEqual(weights.get(other) ?? 0)
          if (share === otherShare) expect(weight).toBe(weights.get(other))
        }
      }
    }),
  )
})

test('no other pair of weights is nearer to the share of one canary and its primaries', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 30 }), (canaryShare, primaries) => {
      const distance = (canary: number, primary: number) =>
        Math.max(
          Math.abs(canary / (canary + primaries * primary) - canaryShare / 100),
          Math.abs(primary / (canary + primaries * primary) - (100 - canaryShare) / 100 / primaries),
        )
      const weights = weightsFor(fleet(canaryShare, primaries))
      const found = distance(weights.get('canary') ?? 0, weights.get('primary-1') ?? 0)
      for (let canary = 1; canary <= largestWeight; canary++) {
        for (let primary = 1; primary <= largestWeight; primary++) {
          if (distance(canary, primary) < found - 1e-9) throw new Error(`${canary}:${primary} is nearer`)
        }
      }
    }),
    { numRuns: 30 },
  )
})
