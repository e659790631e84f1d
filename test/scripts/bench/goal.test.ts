import { expect, test } from '@jest/globals'
import { setPin } from '../../../gitops/manifests/index.ts'
import { kustomization, next, repository } from '../../../scripts/bench/fleet.ts'
import { judge, median } from '../../../scripts/bench/goal.ts'
import fc from '../../support/property.ts'

test.each([
  ['an odd count', [3, 1, 2], 2],
  ['an even count', [4, 1, 3, 2], 2.5],
  ['one', [7], 7],
])('the median of %s', (_, values, expected) => expect(median(values)).toBe(expected))

test('one goal that is missed is enough to fail; what could not be measured is said and fails nothing', () => {
  const good = { what: 'a', result: '1', goal: 'at most 2', met: true }
  const missing = { what: 'b', result: 'no Go here', goal: 'at least 10' }
  expect(judge([good, missing])).toMatchObject({ met: true, table: expect.stringMatching(/no Go here.*not measured/) })
  expect(judge([good, { ...good, met: false }])).toMatchObject({
    met: false,
    table: expect.stringContaining('NOT MET'),
  })
})

test('what the bench expects of an edited kustomization is what the editor gives, line ends included', () => {
  fc.assert(
    fc.property(fc.nat(40), index => {
      const text = kustomization('prod', index)
      expect(setPin(text, 'kustomization.yaml', repository, next)).toBe(kustomization('prod', index, next))
      expect(text.includes('\r\n')).toBe(index % 10 === 9)
    }),
  )
})
