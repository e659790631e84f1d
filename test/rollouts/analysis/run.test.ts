import { expect, test } from '@jest/globals'
import type { IAnalysisRunStatus } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisRunStatus'
import {
  type AnalysisRunSpec,
  longestRange,
  MeasurementError,
  metricsIgnoringCluster,
  type Query,
  type RunOptions,
  runAnalysis,
} from '../../../rollouts/analysis/index.ts'
import { VirtualClock } from '../../support/clock.ts'

type Metric = AnalysisRunSpec['metrics'][number]

function metric(name: string, rest: Partial<Metric> = {}): Metric {
  return {
    ...{ name, successCondition: 'result[0] == 1', failureCondition: 'result[0] == 0' },
    ...rest,
    provider: { prometheus: { query: name } },
  }
}

/** Plays scripts by query: a number is a vector of one, a text an error; the last one repeats. */
async function play(
  spec: AnalysisRunSpec,
  script: Record<string, (number | string | number[])[]>,
  options: Partial<RunOptions> = {},
) {
  const clock = new VirtualClock()
  const asked: [string, number][] = []
  const counts = new Map<string, number>()
  const query: Query = async ({ query: name = '' }) => {
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    asked.push([name, (clock.now() - 1_700_000_000_000) / 1000])
    const reply = script[name]?.at(count) ?? script[name]?.at(-1) ?? 1
    if (typeof reply === 'string') throw new MeasurementError(reply)
    const values = Array.isArray(reply) ? reply : [reply]
    return { result: { kind: 'vector', values, text: `[${values}]` }, warnings: [] }
  }
  const outcome = await runAnalysis(spec, { query, clock, ...options })
  return { outcome, asked: asked.map(([name, seconds]) => `${name}@${Math.floor(seconds)}`), clock }
}

test('an hour on a virtual clock takes no hour', async () => {
  const started = Date.now()
  const { outcome, clock } = await play({ metrics: [metric('a', { interval: '30s', count: 120 })] }, {})
  expect(outcome.status.phase).toBe('Successful')
  expect(clock.now() - 1_700_000_000_000).toBeGreaterThan(119 * 30_000)
  expect(Date.now() - started).toBeLessThan(2000)
  expect(outcome.status.metricResults[0]?.measurements).toHaveLength(10)
  expect(outcome.metrics[0]?.history).toHaveLength(120)
})

test('metrics of one interval stay in one pass, an error is tried again after 10 s, a delay counts from the first pass', async () => {
  const { asked } = await play(
    {
      metrics: [
        metric('a', { interval: '4s', count: 3 }),
        metric('b', { interval: '2s', count: 3 }),
        metric('c', { initialDelay: '5s' }),
      ],
    },
    { b: [1, 'boom', 1] },
  )
  expect(asked).toEqual(['a@0', 'b@0', 'b@2', 'a@4', 'c@5', 'a@8', 'b@12', 'b@14'])
})

test('a failed metric ends the others on the next pass, without measuring them again', async () => {
  const { outcome, asked } = await play({ metrics: [metric('a', { interval: '1s' }), metric('b')] }, { a: [1], b: [0] })
  expect(asked).toEqual(['a@0', 'b@0'])
  expect(outcome.status).toMatchObject({
    phase: 'Failed',
    message: 'Metric "b" assessed Failed due to failed (1) > failureLimit (0)',
    metricResults: [
      { name: 'a', phase: 'Successful' },
      { name: 'b', phase: 'Failed' },
    ],
    runSummary: { count: 2, successful: 1, failed: 1 },
  })
})

test('a stop drops what is being measured and ends the run as terminate does', async () => {
  const stop = new AbortController()
  const clock = new VirtualClock()
  const query: Query = (_metric, _now, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      setImmediate(() => stop.abort(new Error('cancelled')))
    })
  const outcome = await runAnalysis({ metrics: [metric('a')] }, { query, clock, signal: stop.signal })
  expect(outcome).toMatchObject({
    ending: 'terminated',
    status: { phase: 'Successful', message: 'Run Terminated', metricResults: [] },
  })
})

test('a timeout cuts the run short, and the outcome says so although the controller calls it Successful', async () => {
  const { outcome, asked } = await play({ metrics: [metric('a', { interval: '10s' })] }, {}, { timeout: 25_000 })
  expect(asked).toEqual(['a@0', 'a@10', 'a@20'])
  expect(outcome).toMatchObject({ ending: 'cut-short', status: { phase: 'Successful', message: 'Run Terminated' } })
})

test('what a query cannot explain ends the run', async () => {
  const query: Query = async () => {
    throw new TypeError('a fault of ours')
  }
  const run = runAnalysis({ metrics: [metric('a')] }, { query, clock: new VirtualClock() })
  await expect(run).rejects.toThrow('a fault of ours')
})

type Facts = { phase: string; metrics: { dryRun?: boolean; reachedEnd?: boolean; finite?: boolean }[] }
const sound = { dryRun: false, reachedEnd: true, finite: true }

test.each<[string, AnalysisRunSpec, Record<string, (number | string | number[])[]>, Facts]>([
  [
    'a run that held',
    { metrics: [metric('a', { interval: '1s', count: 2 })] },
    {},
    { phase: 'Successful', metrics: [sound] },
  ],
  ['a failure', { metrics: [metric('a')] }, { a: [0] }, { phase: 'Failed', metrics: [{}] }],
  [
    'a value that meets neither condition',
    { metrics: [metric('a')] },
    { a: [0.5] },
    { phase: 'Inconclusive', metrics: [{}] },
  ],
  [
    'errors only',
    { metrics: [metric('a', { consecutiveErrorLimit: 0 })] },
    { a: ['boom'] },
    { phase: 'Error', metrics: [{}] },
  ],
  ['a spec that is refused', { metrics: [] }, {}, { phase: 'Error', metrics: [] }],
  [
    'dry runs only',
    { metrics: [metric('a')], dryRun: [{ metricName: 'a' }] },
    {},
    { phase: 'Successful', metrics: [{ dryRun: true }] },
  ],
  [
    'a value that is not finite',
    { metrics: [metric('a', { successCondition: 'true' })] },
    { a: [Number.NaN] },
    { phase: 'Successful', metrics: [{ ...sound, finite: false }] },
  ],
  [
    'a value that is not finite in a dry run',
    { metrics: [metric('a'), metric('b')], dryRun: [{ metricName: 'b' }] },
    { b: [Number.NaN] },
    { phase: 'Successful', metrics: [sound, { dryRun: true, finite: false }] },
  ],
  [
    'a row of successes before the count',
    { metrics: [metric('a', { interval: '1s', count: 9, consecutiveSuccessLimit: 2 })] },
    {},
    { phase: 'Successful', metrics: [sound] },
  ],
])('a gate is told what it needs to know of %s', async (_name, spec, script, { phase, metrics }) => {
  const { outcome } = await play(spec, script)
  expect({ phase: outcome.status.phase, metrics: outcome.metrics }).toMatchObject({ phase, metrics })
})

test('secrets are hidden in messages and queries', async () => {
  const spec: AnalysisRunSpec = {
    metrics: [{ name: 'a', consecutiveErrorLimit: 0, provider: { prometheus: { query: 'up{t="{{args.token}}"}' } } }],
    args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
  }
  const { outcome } = await play(
    spec,
    { 'up{t="hunter2"}': ['hunter2 is wrong'] },
    { secrets: new Map([['s', new Map([['k', 'hunter2']])]]) },
  )
  expect(JSON.stringify(outcome)).not.toContain('hunter2')
  expect(outcome.status.message).toContain('"Error Message: ***** is wrong"')
  expect(outcome.metrics[0]?.query).toBe('up{t="*****"}')
})

test.each<[string, Partial<Metric>, string]>([
  ['a day is no unit', { interval: '1d' }, 'invalid interval string: time: unknown unit "d" in duration "1d"'],
  ['a number has no unit', { interval: '5' }, 'invalid interval string: time: missing unit in duration "5"'],
  ['words are no duration', { initialDelay: 'soon' }, 'invalid startDelay string: time: invalid duration "soon"'],
  ['too long', { interval: '3000000h' }, 'invalid interval string: time: invalid duration "3000000h"'],
  ['several counts need an interval', { count: '2' }, 'interval must be specified when count > 1'],
  ['both limits off', { failureLimit: -1 }, 'failureLimit and consecutiveSuccessLimit cannot both be disabled'],
  ['more inconclusive than counted', { count: 1, inconclusiveLimit: '+2' }, 'count must be >= inconclusiveLimit'],
])('%s', async (_name, rest, message) => {
  const { outcome } = await play({ metrics: [metric('a', rest)] }, {})
  expect(outcome.status).toEqual({
    phase: 'Error',
    message: `Analysis spec invalid: metrics[0]: ${message}`,
    metricResults: [],
  })
})

test.each<[string, string, string]>([
  ['unknown', 'up{{args.y}}', 'failed to resolve {{args.y}}'],
  ['the last unknown one', '{{args.y}} {{ args.z }}', 'failed to resolve {{ args.z }}'],
  ['unclosed, it swallows JSON', 'up{{args.x', 'failed to resolve {{args.x","authentication":{"sigv4":{},"oauth2":{}}'],
  ['HTML characters are escaped', '{{a<b}}', 'failed to resolve {{a\\u003cb}}'],
])('an argument in a query: %s', async (_name, query, message) => {
  const { outcome } = await play(
    { metrics: [{ name: 'a', provider: { prometheus: { query } } }], args: [{ name: 'x', value: '1' }] },
    {},
  )
  expect(outcome.status.message).toBe(`Unable to resolve metric arguments: ${message}`)
})

test.each([
  ['\u0007', 'a'],
  ['\u007f', 'x'],
  ['\v', 'v'],
])('the control character %j in an argument breaks the JSON as on the controller', async (value, letter) => {
  const { outcome } = await play({ metrics: [metric('{{args.x}}')], args: [{ name: 'x', value }] }, {})
  expect(outcome.status.message).toBe(
    `Unable to resolve metric arguments: invalid character '${letter}' in string escape code`,
  )
})

test('the status fits the type of the CRD', async () => {
  const { outcome } = await play({ metrics: [metric('a')] }, {})
  const status: IAnalysisRunStatus = outcome.status
  expect(status).toMatchObject({ startedAt: '2023-11-14T22:13:20Z', completedAt: '2023-11-14T22:13:20Z' })
})

test('the longest range counts subqueries, arguments and range queries', async () => {
  const queries = (...all: string[]): AnalysisRunSpec => ({
    metrics: all.map((query, index) => ({ name: `${index}`, provider: { prometheus: { query } } })),
    args: [{ name: 'window', value: '3m' }],
  })
  expect(await longestRange(queries('rate(a[1m])', 'rate(a[{{args.window}}])'))).toBe(180_000)
  expect(await longestRange(queries('max_over_time(rate(a[5m])[1d:1m])', 'b{c="[9y]"} # [9y]'))).toBe(86_700_000)
  expect(await longestRange(queries('up'))).toBe(0)
  const rangeQuery = { start: 'now() - duration("10m")', end: 'now()', step: '1m' }
  expect(
    await longestRange({ metrics: [{ name: 'a', provider: { prometheus: { query: 'rate(a[2m])', rangeQuery } } }] }),
  ).toBe(720_000)
})

test.each<[string, boolean]>([
  ['up{cluster="{{ args.cluster }}"}', false],
  [
    'sum(rate(a{cluster=~"{{args.cluster}}"}[5m])) / sum(rate(b{app="x",cluster="{{args.cluster}}"}[{{args.window}}]))',
    false,
  ],
  ['a{cluster="{{args.cluster}}"} / b{cluster!="{{args.cluster}}",track="stable"}', false],
  ['{{args.metric}}{cluster="{{args.cluster}}"} > {{args.limit}}', false],
  ['up', true],
  ['up # {{args.cluster}}', true],
  ['a{cluster="{{args.cluster}}"} / b', false], // both by all labels, so by cluster
  ['sum(a{cluster="{{args.cluster}}"}) / sum(b)', true],
  ['a{cluster="{{args.cluster}}"} / ignoring(cluster) b', true],
  ['a{cluster="{{args.cluster}}"} or b', true],
  ['sum by (cluster) (a) * on(cluster) group_left() b{cluster="{{args.cluster}}"}', false],
  ['sum by (pod) (a) * on(pod) b{cluster="{{args.cluster}}"}', true],
  ['a{cluster="{{args.cluster}}"} > sum(b{track="baseline"})', false],
  ['a{cluster="{{args.cluster}}"} > sum(b{digest="{{args.stable-digest}}"})', false],
  ['a{cluster="{{args.cluster}}"} > sum(b{track="canary"})', true],
  ['a{cluster=~"{{args.cluster}}|.*"}', true],
  ['a{cluster=~"{{args.cluster}}|old-{{args.cluster}}"}', false],
  ['a{track="stable"}', true],
  ['a{cluster!="{{args.cluster}}"}', true],
  ['label_replace(up, "cluster", "{{args.cluster}}", "", "")', true],
  ['{{args.query}}', true],
  ['vector(1)', true],
  ['sum(a{cluster="{{args.cluster}}"}', true],
])('whether %s ignores the cluster: %j', async (query, ignores) => {
  const spec = { metrics: [{ name: 'a', provider: { prometheus: { query } } }] }
  expect(await metricsIgnoringCluster(spec)).toEqual(ignores ? [0] : [])
})
