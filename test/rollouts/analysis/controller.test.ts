import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { type AnalysisRunSpec, prometheusProvider, runAnalysis } from '../../../rollouts/analysis/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { startScripted } from '../../support/prometheus/scripted.ts'

// What the fuzzer (test/e2e/fuzz) found by playing random analyses on the controller's own code.

type Metric = AnalysisRunSpec['metrics'][number]
type Reply = Parameters<typeof startScripted>[0][string][number]

async function play(
  metrics: Metric[],
  replies: Reply[],
  { start, rest = {}, defaultUrl }: { start?: number; rest?: Partial<AnalysisRunSpec>; defaultUrl?: string } = {},
) {
  const server = await startScripted({ up: replies })
  const headers: string[] = []
  const spied: typeof fetch = (input, init) => {
    headers.push(new Headers(init?.headers).get('x-scope-orgid') ?? '')
    return fetch(input, init)
  }
  try {
    const spec: AnalysisRunSpec = JSON.parse(JSON.stringify({ metrics, ...rest }).replaceAll('PROMETHEUS', server.url))
    const query = prometheusProvider({ fetch: spied, ...(defaultUrl !== undefined && { defaultUrl }) })
    const clock = new VirtualClock(start)
    const stop = new AbortController()
    clock.at(clock.now() + 3_600_000, () => stop.abort(new Error('terminate')))
    const { status } = await runAnalysis(spec, { query, clock, signal: stop.signal })
    return { status, asked: server.asked.get('up') ?? 0, headers }
  } finally {
    await server.close()
  }
}

function metric(rest: Partial<Metric> = {}, prometheus: object = {}): Metric {
  return { name: 'a', ...rest, provider: { prometheus: { address: 'PROMETHEUS', query: 'up', ...prometheus } } }
}

test('an interval counts from the second in which the last measurement ended, and is over a moment later', async () => {
  const { status } = await play([metric({ interval: '10s', count: 3 })], [{ v: [1] }], { start: 1_700_000_000_999 })
  expect(status.metricResults[0]?.measurements?.map(({ startedAt }) => startedAt)).toEqual([
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:30Z',
    '2023-11-14T22:13:40Z',
  ])
})

test('a metric with an interval under a second is measured again at once, until the next second', async () => {
  const { status } = await play([metric({ interval: '500ms', count: 30 })], [{ v: [1] }], { start: 1_700_000_000_600 })
  expect(status.completedAt).toBe('2023-11-14T22:13:20Z')
})

test('a provider that cannot be made keeps no query, and nothing is trimmed', async () => {
  const { status } = await play([metric({}, { address: 'prometheus:9090' })], [], {
    rest: { measurementRetention: [{ metricName: 'a', limit: 1 }] },
  })
  expect(status.metricResults[0]?.measurements).toHaveLength(5)
  expect(status.metricResults[0]?.metadata).toBeUndefined()
  expect(status.metricResults[0]?.message).toBe('prometheus address is not is url format')
})

test('an address is checked before credentials, and both before a range', async () => {
  const oauth2 = { tokenUrl: 'PROMETHEUS/token' }
  const rangeQuery = { start: '', end: '', step: '' }
  const message = async (prometheus: object) =>
    (await play([metric({ consecutiveErrorLimit: 0 }, prometheus)], [])).status.metricResults[0]?.message
  expect(await message({ address: '', authentication: { oauth2 }, rangeQuery })).toBe(
    'prometheus address is not configured',
  )
  expect(await message({ authentication: { oauth2 }, rangeQuery })).toBe(
    'missing mandatory parameter in metric for OAuth2 setup',
  )
  expect(await message({ timeout: -1, rangeQuery })).toBe('prometheus timeout should not be negative')
  expect(await message({ rangeQuery })).toBe('failed to parse rangeQuery.start as time: unexpected token EOF')
})

test('limits that are too large together wrap around and refuse nothing', async () => {
  const limits = { count: 2, interval: '1s', failureLimit: '99999999999999999999', consecutiveSuccessLimit: 2 }
  const { status } = await play([metric(limits)], [{ v: [1] }])
  expect(status).toMatchObject({ phase: 'Successful', runSummary: { successful: 1 } })
})

test('of several headers of one name the last one is sent, as UTF-8', async () => {
  const { headers } = await play(
    [
      metric(
        {},
        {
          headers: [
            { key: 'X-Scope-OrgID', value: 'a\nb' },
            { key: 'x-scope-orgid', value: 'é' },
          ],
        },
      ),
    ],
    [{ v: [1] }],
  )
  expect(headers.map(header => Buffer.from(header, 'latin1').toString())).toEqual(['é'])
})

test('an argument in a header is no credential to hide', async () => {
  const { status } = await play([metric({}, { headers: [{ key: 'X-Team', value: '{{args.missing}}' }] })], [])
  expect(status.message).toBe('Unable to resolve metric arguments: failed to resolve {{args.missing}}')
})

test('a range query that cannot be played here is refused by name', async () => {
  const rangeQuery = { start: 'date("2024-02-29", "2006-01-02")', end: 'now()', step: '1m' }
  const run = play([metric({}, { rangeQuery })], [{ v: [1] }])
  await expect(run).rejects.toThrow(ConfigurationError)
  await expect(run).rejects.toThrow('rangeQuery.start uses')
})

const sample = '{"metric":{},"value":[1,"1"]}'
const histogram = '{"metric":{},"histogram":[1,{"count":"1","sum":"1"}],"value":[1,"7"]}'

test.each<[string, string, string]>([
  ['a sample that is also a histogram counts as 0', `{"resultType":"vector","result":[${histogram}]}`, '[0]'],
  ['names of members may be in capitals', `{"ResultType":"vector","RESULT":[${sample}]}`, '[1]'],
  ['labels are texts', '{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"1"]}]}', 'Error'],
  ['a result is there', '{"resultType":"vector","result":null}', 'Error'],
])('%s', async (_name, data, value) => {
  const { status } = await play(
    [metric({ consecutiveErrorLimit: 0 })],
    [{ status: 200, body: `{"status":"success","data":${data}}` }],
  )
  expect(status.metricResults[0]?.measurements?.map(one => one.value ?? one.phase)).toEqual([value])
})

test.each([
  ['count', { interval: '1s' }],
  ['failureLimit', { interval: '1s', count: 9 }],
  ['inconclusiveLimit', { interval: '1s', count: 9 }],
  ['consecutiveErrorLimit', { interval: '1s', count: 9 }],
  ['consecutiveSuccessLimit', { interval: '1s', count: 9 }],
] as const)('%s is a number or a string', async (limit, rest) => {
  const script: Reply[] =
    limit === 'failureLimit'
      ? [{ v: [0] }]
      : limit === 'inconclusiveLimit'
        ? [{ v: [0.5] }]
        : limit === 'consecutiveErrorLimit'
          ? [{ empty: true }]
          : [{ v: [1] }]
  const conditions = { successCondition: 'result[0] == 1', failureCondition: 'result[0] == 0' }
  const [asNumber, asString] = await Promise.all([
    play([metric({ ...conditions, ...rest, [limit]: 2 })], script),
    play([metric({ ...conditions, ...rest, [limit]: '2' })], script),
  ])
  expect(asString.status).toEqual(asNumber.status)
  expect(asNumber.asked).toBe(limit === 'count' || limit === 'consecutiveSuccessLimit' ? 2 : 3)
})

test('measurementRetention keeps the newest, counters count all; the last rule that matches wins', async () => {
  const rest = {
    measurementRetention: [
      { metricName: 'a', limit: 2 },
      { metricName: '.*', limit: 3 },
    ],
  }
  const replies: Reply[] = [1, 2, 3, 4, 5].map(value => ({ v: [value] }))
  const { status } = await play([metric({ interval: '1s', count: 5 })], replies, { rest })
  expect(status.metricResults[0]).toMatchObject({ count: 5, successful: 5 })
  expect(status.metricResults[0]?.measurements?.map(({ value }) => value)).toEqual(['[3]', '[4]', '[5]'])
})

test('spec.terminate ends a run as Successful before any measurement', async () => {
  const { status, asked } = await play([metric()], [{ v: [1] }], { rest: { terminate: true } })
  expect(status).toMatchObject({ phase: 'Successful', message: 'Run Terminated', metricResults: [] })
  expect(asked).toBe(0)
})

test('a fieldRef has no value outside a Rollout, unless one is given', async () => {
  const args = (value?: string) => [
    { name: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } }, ...(value !== undefined && { value }) },
  ]
  const refused = await play([metric()], [{ v: [1] }], { rest: { args: args() } })
  expect(refused.status.message).toBe('Unable to resolve metric arguments: argument "x" was not supplied')
  const given = await play([metric()], [{ v: [1] }], { rest: { args: args('1') } })
  expect(given.status.phase).toBe('Successful')
})
