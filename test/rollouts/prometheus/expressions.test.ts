import { expect, test } from '@jest/globals'
import { formatFloat } from '../../../rollouts/prometheus/index.ts'
import fc from '../../support/property.ts'

test.each<[number, string]>([
  [0.97, '0.97'],
  [1e-9, '0.000000001'],
  [1.5e-7, '0.00000015'],
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [-0, '-0'],
  [-12.5, '-12.5'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is written %s', (value, text) => {
  expect(formatFloat(value)).toBe(text)
})

test('a float that is written down is read back the same, without an exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = formatFloat(value)
      return Object.is(Number(text), value) && /^-?\d+(?:\.\d+)?$/.test(text)
    }),
  )
})
