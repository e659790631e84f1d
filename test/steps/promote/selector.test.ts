import { expect, test } from '@jest/globals'
import { narrowSelector } from '../../../steps/promote/selector.ts'

const labels = { cluster: 'c', digest: 'sha256:d' }

test.each([
  ['http_requests_total', 'http_requests_total{cluster="c",digest="sha256:d"}'],
  ['http_requests_total{}', 'http_requests_total{cluster="c",digest="sha256:d"}'],
  [' x{ app="a, b}", code!~\'5..\' } ', 'x{app="a, b}", code!~\'5..\',cluster="c",digest="sha256:d"}'],
  ['{__name__="x",}', '{__name__="x",cluster="c",digest="sha256:d"}'],
])('narrows %j to one cluster and release', (text, expected) => {
  expect(narrowSelector(text, labels)).toBe(expected)
})

test.each(['rate(x[1m])', 'x{a="b"} or vector(1)', '', '{}', 'x{a=b}', 'x{a="b"', 'x{a="b"}[5m]', 'sum(x)'])(
  'refuses %j, which is no selector',
  text => {
    expect(() => narrowSelector(text, labels)).toThrow(/analysis\.requests is not a series selector/)
  },
)

test('a hostile selector is refused in linear time', () => {
  const started = performance.now()
  expect(() => narrowSelector(`x{${'a="b" , '.repeat(20_000)}`, labels)).toThrow(/not a series selector/)
  expect(performance.now() - started).toBeLessThan(2000)
})
