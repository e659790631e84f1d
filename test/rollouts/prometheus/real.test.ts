import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countIncrease, createPrometheus, flatten, type Prometheus } from '../../../rollouts/prometheus/index.ts'
import { type RealPrometheus, series, startPrometheus } from '../../support/prometheus/real.ts'

/** Seconds; the samples lie between `start` and `start` + 10 minutes, 15 s apart. */
const start = 1_700_000_000
const ticks = Array.from({ length: 41 }, (_, index) => start + 15 * index)

let server: RealPrometheus
let prometheus: Prometheus

beforeAll(async () => {
  const counter = (labels: string, value: (seconds: number) => number | undefined) =>
    series(
      `requests_total{${labels}}`,
      ticks.flatMap(tick => {
        const found = value(tick - start)
        return found === undefined ? [] : [[tick, found] as const]
      }),
    )
  server = await startPrometheus(
    [
      '# TYPE requests counter\n',
      counter('app="steady"', seconds => 1000 + seconds),
      counter('app="reset"', seconds => (seconds < 300 ? 5000 + seconds : seconds - 300)),
      counter('app="born"', seconds => (seconds < 300 ? undefined : 7 + (seconds - 300) / 15)),
      counter('app="died"', seconds => (seconds > 300 ? undefined : 100 + seconds)),
      counter('app="gap"', seconds => (seconds > 60 && seconds < 480 ? undefined : 100 + seconds)),
      '# TYPE temperature gauge\n',
      series('temperature{room="a"}', [[start, 21.5]]),
      series('temperature{room="b"}', [[start, Number.NaN]]),
      '# EOF\n',
    ].join(''),
  )
  prometheus = createPrometheus({ url: server.url, fetch })
}, 30_000)

afterAll(() => server?.close())

test('an instant query gives series with labels, a value and a time', async () => {
  const samples = await prometheus.samples('temperature{room="a"}', start * 1000 + 500)
  expect(samples).toEqual([
    { metric: { __name__: 'temperature', room: 'a' }, value: 21.5, timestamp: start * 1000 + 500 },
  ])
})

test.each([
  ['1 + 1', '2'],
  ['0 / 0', 'NaN'],
  ['vector(1) / 0', '[+Inf]'],
  ['sort_desc(temperature)', '[21.5,NaN]'],
  ['temperature{room="c"}', '[]'],
  ['requests_total{app="steady"}[45s]', '[1000,1015]'],
])('%s is written down as %s', async (expression, text) => {
  expect(flatten(await prometheus.query(expression, (start + 20) * 1000)).text).toBe(text)
})

test('a range query gives a value for every step', async () => {
  const result = await prometheus.queryRange('requests_total{app="steady"}', {
    start: start * 1000,
    end: (start + 60) * 1000,
    step: 30_000,
  })
  expect(flatten(result)).toEqual({ kind: 'vector', values: [1000, 1030, 1060], text: '[1000,1030,1060]' })
})

test('what Prometheus refuses is told in its words', async () => {
  await expect(prometheus.query('rate(x[5m]', 0)).rejects.toThrow(/^bad_data: .*unclosed left parenthesis/)
  await expect(prometheus.query('"text"', 0)).rejects.toThrow('unexpected value type "string"')
})

test.each([
  ['a steady counter grows from its value at the start', 'steady', 120, 420, 300],
  ['after a reset the new value counts in full', 'reset', 120, 420, 285 - 120 + 120],
  ['a series born during the run counts from 0', 'born', 120, 420, 7 + 8],
  ['a series that ended counts until its last sample', 'died', 120, 420, 180],
  ['a gap at the start does not count what was before it', 'gap', 300, 600, 540],
  ['nothing that happened before or after counts', 'steady', 300, 330, 30],
  ['an unknown series counts nothing', 'unknown', 120, 420, 0],
  ['an empty time counts nothing', 'steady', 420, 420, 0],
])('%s', async (_name, app, from, to, increase) => {
  const counted = await countIncrease(prometheus, `requests_total{app="${app}"}`, {
    start: (start + from) * 1000,
    end: (start + to) * 1000,
  })
  expect(counted).toBe(increase)
})

test('several series add up, and times between scrapes round down', async () => {
  const counted = await countIncrease(prometheus, 'requests_total{app=~"steady|born"}', {
    start: (start + 290) * 1000,
    end: (start + 359) * 1000,
  })
  expect(counted).toBe(345 - 285 + 7 + 3)
})
