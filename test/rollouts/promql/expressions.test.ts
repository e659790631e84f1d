import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { lookback, narrowSelector, parsePromDuration } from '../../../rollouts/promql/index.ts'

test.each<[string, number | undefined]>([
  ['1d', 86_400_000],
  ['1h30m', 5_400_000],
  ['90', 90_000],
  ['500ms', 500],
  ['1.5h', undefined],
  ['soon', undefined],
])('the PromQL duration %s is %j ms', (text, ms) => {
  expect(parsePromDuration(text)).toBe(ms)
})

test.each<[string, number]>([
  ['up', 0],
  ['sum(rate(a[5m])) / sum(rate(b{c="[1h]"}[10m]))', 600],
  ['max_over_time(rate(a[5m])[1h:])', 3900],
  ['max_over_time((rate(a[5m]) + rate(b[2m]))[1d:1m])', 86_700],
  ['rate(a[5m] offset 1d)', 300],
  ['rate(a[5m]) # [30d]\n + rate(b[1m])', 300],
  ['((( rate(a[1m]', 60],
  ['rate(a[5m])) + rate(b[10m])', 900],
  ['median_over_time(a{b="[9y]"}[5m])', 300],
  ['rate(a[5m+1m])', 360],
])('%s looks back %d s', (expression, seconds) => {
  expect(lookback(expression)).toBe(seconds * 1000)
})

test.each([
  ['a', 'a{cluster="x\\"y"}'],
  ['a{}', 'a{cluster="x\\"y"}'],
  ['a # b', 'a{cluster="x\\"y"}'],
  [' a { b = "c" , } ', 'a{b = "c",cluster="x\\"y"}'],
  ['a{b=~"c\\"}",d!=\'x\'}', 'a{b=~"c\\"}",d!=\'x\',cluster="x\\"y"}'],
])('%s is narrowed to %s', (selector, narrowed) => {
  expect(narrowSelector(selector, { cluster: 'x"y' })).toBe(narrowed)
})

test.each([
  '',
  'rate(a[5m])',
  'a[5m]',
  'a{b="c"} or up',
  'a{b="c"',
  '{b="c"}',
  'a{b="c}',
  'a{b="c"}{d="e"}',
  'a or b',
  '(a)',
  '{"a"}',
  'a offset 1m',
])('%j is no selector', selector => {
  expect(() => narrowSelector(selector, {})).toThrow(ConfigurationError)
})
