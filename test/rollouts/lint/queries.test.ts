import { expect, test } from '@jest/globals'
import { asking, metric, rulesIn } from './yaml.ts'

const guarded = 'successCondition: len(result) > 0 && !isNaN(result[0]) && result[0] < 1'
const unguarded = 'successCondition: result[0] < 1'
const failureOnly = 'failureCondition: result[0] > 1'
const ratio = 'sum(rate(e_total[5m])) / sum(rate(r_total[5m]))'

test.each<[string, string[]]>([
  ['sum(rate(a_total[5m])) or on() vector(0)', []],
  ['rate(a[5m]', ['promql-syntax']],
  ['rate(sum(a_total))', ['promql-type']],
  ['rate(sum(a_total)[5m])', ['promql-type']],
  ['rate(a_total)', ['promql-type']],
  ['sum(a[5m])', ['promql-type']],
  ['a[5m] > 1', ['promql-type']],
  ['a{b=~"("}', ['promql-type']],
  ['range_median(a[5m])', ['promql-syntax']],
  ['"text"', ['promql-type']],
  ['rate(sum(a_total)[5m:])', ['rate-of-sum']],
  ['increase((sum by (b) (a_total))[5m:1m])', ['rate-of-sum']],
  ['rate(max_over_time(a_total[1m])[5m:])', []],
  ['rate(process_resident_memory_bytes[5m])', ['rate-of-gauge']],
  ['increase(up[5m])', ['rate-of-gauge']],
  ['delta(requests_total[5m])', ['rate-of-gauge']],
  ['deriv(queue_depth[5m])', []],
  ['rate(requests[5m])', []],
  ['rate(network_receive_bytes_total[5m])', []],
  ['rate(a_total[30s])', ['range-too-short']],
  ['rate(a_total[59s]) + rate(b_total[1m]) + increase(c_total[45s] offset 1d)', ['range-too-short', 'range-too-short']],
  ['max_over_time(a[10s])', []],
  ['rate(max_over_time(a_total[1m])[1m:1m])', ['range-too-short']],
  ['histogram_quantile(0.9, sum(rate(a_bucket[5m])))', ['quantile-without-le']],
  ['histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m])))', ['quantile-without-le']],
  ['histogram_quantile(0.9, sum without (le) (rate(a_bucket[5m])))', ['quantile-without-le']],
  ['histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m])))', []],
  ['histogram_quantile(0.9, sum without (pod) (rate(a_bucket[5m])))', []],
  ['histogram_quantile(0.9, sum by ({{args.by}}) (rate(a_bucket[5m])))', ['undeclared-argument']],
  ['histogram_quantile(0.9, sum(rate(native[5m])))', []],
  ['histogram_quantile(0.9, rate(a_bucket[5m]))', []],
])('the query %s: %j', (query, rules) => {
  expect(rulesIn(metric(asking(query)))).toEqual(rules)
})

test.each<[string, string, string[]]>([
  // A ratio: 0/0 is NaN, and without series it is empty. Each needs its own guard.
  ['one condition alone', asking(ratio, unguarded), ['empty-result', 'ratio-without-guard']],
  ['a failureCondition alone, which NaN passes', asking(ratio, failureOnly), ['empty-result', 'ratio-without-guard']],
  ['isNaN in the condition', asking(ratio, guarded), []],
  [
    'len for no series, nothing for NaN',
    asking(ratio, 'successCondition: len(result) == 0 || result[0] < 1'),
    ['ratio-without-guard'],
  ],
  [
    'or vector(0) for no series, nothing for NaN',
    asking(`${ratio} or on() vector(0)`, unguarded),
    ['ratio-without-guard'],
  ],
  [
    'a denominator > 0, nothing for no series',
    asking('rate(e_total[5m]) / (rate(r_total[5m]) > 0)', unguarded),
    ['empty-result'],
  ],
  [
    'both guarded in the query',
    asking('sum(rate(e_total[5m])) / (sum(rate(r_total[5m])) > 0) or on() vector(0)', unguarded),
    [],
  ],
  ['clamp_min', asking('rate(e_total[5m]) / clamp_min(rate(r_total[5m]), 1) or vector(0)', unguarded), []],
  ['!= 0', asking('rate(e_total[5m]) / (rate(r_total[5m]) != 0) or vector(0)', unguarded), []],
  [
    '>= 0 guards nothing',
    asking('rate(e_total[5m]) / (rate(r_total[5m]) >= 0) or vector(0)', unguarded),
    ['ratio-without-guard'],
  ],
  [
    'a comparison around it takes NaN out',
    asking('rate(e_total[5m]) / rate(r_total[5m]) >= 0 or vector(0)', unguarded),
    [],
  ],
  ['bool around it makes NaN 0', asking('rate(e_total[5m]) / rate(r_total[5m]) > bool 0 or vector(0)', unguarded), []],
  ['divided by a number', asking('sum(rate(e_total[5m])) / (60 * 60) or vector(0)', unguarded), []],
  [
    'divided by 0',
    asking('sum(rate(e_total[5m])) / (sum(rate(r_total[5m])) * 0) or vector(0)', unguarded),
    ['ratio-without-guard'],
  ],
  ['divided by a count', asking('sum(rate(e_total[5m])) / count(r_total) or vector(0)', unguarded), []],
  [
    'something added to the denominator',
    asking('rate(e_total[5m]) / (rate(r_total[5m]) + 1e-9) or vector(0)', unguarded),
    [],
  ],
  [
    'a quantile without observations',
    asking('histogram_quantile(0.9, rate(a_bucket[5m]))', unguarded),
    ['empty-result', 'ratio-without-guard'],
  ],
  [
    'both conditions: NaN is inconclusive',
    asking(`${ratio} or vector(0)`, `${unguarded}\nfailureCondition: result[0] >= 1`),
    [],
  ],
  [
    'a scalar of a ratio',
    asking('scalar(sum(rate(e_total[5m])) / sum(rate(r_total[5m])))', 'successCondition: result < 1'),
    ['ratio-without-guard'],
  ],
  ['no condition', asking(ratio, 'count: 1'), ['no-condition']],
  // No series.
  ['result[0] of what may be empty', asking('up', unguarded), ['empty-result']],
  ['result[0] of what is never empty', asking('sum(up) or vector(0)', unguarded), []],
  ['a scalar', asking('scalar(up)', 'successCondition: result < 1'), []],
  ['both operands never empty', asking('(sum(a) or vector(0)) + (sum(b) or vector(0))', unguarded), []],
  ['unless', asking('vector(1) unless b', unguarded), ['empty-result']],
  ['absent', asking('absent(b)', unguarded), ['empty-result']],
  ['a filter', asking('vector(1) > 2', unguarded), ['empty-result']],
  ['no data passes all()', asking('up', 'successCondition: "all(result, # < 1)"'), ['empty-result']],
  ['no data passes none of them', asking('up', 'successCondition: "len(result) > 0 && all(result, # < 1)"'), []],
  ['no data does not fail any()', asking('up', 'failureCondition: "any(result, # > 1)"'), ['empty-result']],
  ['a second series', asking('vector(1)', 'successCondition: result[1] < 1'), []],
  ['an argument makes the query', asking('{{args.q}}', unguarded), []],
  ['a range query gives a list', rangeQuery('vector(1)'), []],
])('%s', (_name, lines, rules) => {
  expect(rulesIn(metric(lines, 'args: [{ name: q }]')).filter(rule => rule !== 'unused-argument')).toEqual(rules)
})

function rangeQuery(query: string): string {
  const range = `{ start: 'now() - duration("5m")', end: now(), step: 1m }`
  return `successCondition: len(result) > 0 && result[0] < 1\nprovider: { prometheus: { query: '${query}', rangeQuery: ${range} } }`
}

test('the scrape interval decides what is short', () => {
  const yaml = metric(asking('rate(a_total[20s])'))
  expect([5_000, 10_000, 11_000].map(scrapeInterval => rulesIn(yaml, { scrapeInterval }).length)).toEqual([0, 0, 1])
})

test('an argument with a value counts with it; one without is not guessed at', () => {
  const yaml = (arg: string) => metric(asking('rate(a_total[{{args.w}}])'), `args: [{ name: w${arg} }]`)
  expect(rulesIn(yaml(', value: 10s'))).toEqual(['range-too-short'])
  expect(rulesIn(yaml(', value: 5m'))).toEqual([])
  expect(rulesIn(yaml(''))).toEqual([])
  expect(rulesIn(yaml(', value: 5m'), { args: { w: '10s' } })).toEqual(['range-too-short'])
  expect(rulesIn(yaml(', value: 5m'), { args: { other: '10s' } })).toEqual([])
})

test.each<[string, string[]]>([
  [`{ start: 'now() - duration("5m")', end: now(), step: 1m }`, []],
  [`{ start: 'now() - "{{args.w}}"', end: now(), step: 1m }`, []],
  [`{ start: now(), end: later, step: 1d }`, ['range-query', 'duration']],
  [`{ start: now(), step: 1m }`, ['range-query']],
  [`{ start: now(), end: now() }`, ['range-query']],
])('the range query %s: %j', (range, rules) => {
  const lines = `successCondition: len(result) > 0\nprovider: { prometheus: { query: 'a{b="{{args.w}}"}', rangeQuery: ${range} } }`
  expect(rulesIn(metric(lines, 'args: [{ name: w }]'))).toEqual(rules)
})

test('a template that declares a cluster selects it everywhere', () => {
  const yaml = (query: string) => metric(asking(query), 'args: [{ name: cluster }]')
  expect(rulesIn(yaml('sum(rate(a_total{cluster="{{args.cluster}}"}[5m])) / sum(rate(b_total[5m]))'))).toEqual([
    'cluster-not-selected',
  ])
  expect(rulesIn(yaml('sum(rate(a_total{cluster="{{args.cluster}}"}[5m]))'))).toEqual([])
})

test('a query too large to be read is told', () => {
  expect(rulesIn(metric(asking('a + '.repeat(1000))))).toEqual(['promql-syntax'])
})
