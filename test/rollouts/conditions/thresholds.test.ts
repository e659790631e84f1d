import { expect, test } from '@jest/globals'
import { thresholdsOf } from '../../../rollouts/conditions/index.ts'

test.each<[string, string[]]>([
  ['result[0] < 0.05', ['< 0.05']],
  ['0.95 <= result', ['>= 0.95']],
  ['asFloat(result[0]) >= 1e-3 && asInt(result[1]) != 7', ['>= 0.001', '!= 7']],
  ['len(result) == 0 || isNaN(result[0]) || result[0] < 0.01', ['< 0.01']],
  ['result > -1 and not (result > 10)', ['> -1', '<= 10']],
  ['1 < result[0] < 2', ['> 1', '< 2']],
  ['result[0] < 5 / 100', ['< 0.05']],
  ['all(result, # < 0.5)', ['< 0.5']],
  ['none(result, {# > 3})', ['<= 3']],
  ['any([1, 2], # > 3)', []],
  ['first(result) < 3 && max(result) < 4', ['< 3', '< 4']],
  ['result[0] < 1 || result[0] < 1', ['< 1']],
  ['default(result, 0) < 2', ['< 2']],
  ['len(result) > 3', []],
  ['result[0] * 100 < 5', []],
  ['result[0] < 1 / 0', []],
  ['result[0] <', []],
  ['', []],
  ['true', []],
  [
    Array.from({ length: 50 }, (_, index) => `result > ${index}`).join(' || '),
    [0, 1, 2, 3, 4, 5, 6, 7].map(n => `> ${n}`),
  ],
])('the bounds in %j are %j', (condition, bounds) => {
  expect(thresholdsOf(condition).map(({ operator, value }) => `${operator} ${value}`)).toEqual(bounds)
})
