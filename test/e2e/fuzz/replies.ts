import type { Reply } from '../oracle/index.ts'
import { samples } from './expressions.ts'
import type { Random } from './random.ts'

const time = 1_700_000_000

/** Replies to one query: most of them good news or bad news for a threshold, some strange, some no result at all. */
export function replies(random: Random): Reply[] {
  const mood = random.below(6)
  return random.list(1, 8, () => {
    switch (mood) {
      case 0: // whatever comes
        return reply(random)
      case 1: // steady
        return vector(random, ['1'])
      case 2: // a service that fails now and then
        return random.chance(0.5) ? vector(random, [random.pick(['0', '0.5', '0.97', '1'])]) : failure(random)
      default:
        return random.chance(0.85)
          ? vector(random, [random.pick(['0', '0.5', '0.97', '1', '2', 'NaN'])])
          : reply(random)
    }
  })
}

function reply(random: Random): Reply {
  return random.weighted<() => Reply>([
    [
      30,
      () =>
        vector(
          random,
          random.list(0, 4, () => random.pick(samples)),
        ),
    ],
    [10, () => success({ resultType: 'scalar', result: [time, random.pick(samples)] }, random)],
    [8, () => matrix(random)],
    [2, () => success({ resultType: 'string', result: [time, 'up'] }, random)],
    [3, () => success({ resultType: 'vector', result: [histogram(random)] }, random)],
    [20, () => failure(random)],
    [6, () => success(odd(random), random)],
  ])()
}

function vector(random: Random, values: readonly string[]): Reply {
  return success(
    {
      resultType: 'vector',
      result: values.map((value, index) => ({ metric: { i: `${index}` }, value: [time, value] })),
    },
    random,
  )
}

function matrix(random: Random): Reply {
  const result = random.list(0, 3, index => ({
    metric: { i: `${index}` },
    values: random.list(0, 3, step => [time + step * 60, random.pick(samples)]),
  }))
  return success({ resultType: 'matrix', result }, random)
}

function histogram(random: Random) {
  const buckets = { count: '3', sum: '1.5', buckets: [[0, '0.5', '1', '3']] }
  return { metric: {}, histogram: [time, buckets], ...(random.chance(0.2) && { value: [time, '7'] }) }
}

/** Results that no Prometheus gives, or that few clients have seen. */
function odd(random: Random): unknown {
  return random.pick<unknown>([
    { resultType: 'vector', result: null },
    { resultType: 'matrix', result: null },
    { resultType: 'vector', result: [null] },
    { resultType: 'vector', result: [{ metric: null, value: [time, '1'] }] },
    { resultType: 'vector', result: [{ value: [time + 0.123, '1'], metric: {}, more: 1 }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, '1e3'] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, '+inf'] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, 1] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, 'x'] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, ''] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [`${time}`, '1'] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time] }] },
    { resultType: 'vector', result: [{ metric: {}, value: [time, '1', '2'] }] },
    { resultType: 'vector', result: [{ metric: { a: 1 }, value: [time, '1'] }] },
    { resultType: 'vector', result: {} },
    { resultType: 'vector' },
    { resultType: 'scalar', result: [] },
    { resultType: 'scalar', result: null },
    { resultType: 'scalar', result: [time, '1e400'] },
    { resultType: 'streams', result: [] },
    { result: [] },
    {},
    null,
    [],
    'data',
  ])
}

function success(data: unknown, random: Random): Reply {
  const status = random.chance(0.02) ? random.pick([201, 204, 299]) : 200
  const warnings = random.weighted<unknown>([
    [60, undefined],
    [3, ['no peers']],
    [2, ['say "hello"', 'two']],
    [1, []],
    [1, ['']],
    [1, null],
    [1, ['PromQL info: metric might not be a counter: "x" (1:6)']],
  ])
  const infos = random.chance(0.03) ? ['an info'] : undefined
  return { status, body: JSON.stringify({ status: 'success', data, warnings, infos }) }
}

function failure(random: Random): Reply {
  const body = () =>
    random.pick([
      '{"status":"error","errorType":"bad_data","error":"1:3: parse error"}',
      '{"status":"error","errorType":"execution","error":"boom \\"quoted\\" \\u00e9"}',
      '{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}',
      '{"status":"error"}',
      '{"status":"error","errorType":7,"error":"x"}',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      '{"status":"success"}',
      '{"status":"pending","data":{"resultType":"scalar","result":[1,"1"]}}',
      '{}',
      'null',
      '[]',
      '"text"',
      '7',
      '',
      ' ',
      'Service Unavailable\n',
      '<html><body>502 Bad Gateway</body></html>',
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}',
      '{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}} trailing',
      '{"Status":"success","DATA":{"resulttype":"scalar","result":[1,"1"]}}',
      '{"status":"success","status":"error","errorType":"twice","error":"x"}',
      '{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}\n\n',
      '\ufeff{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}',
    ])
  const status = random.weighted<number>([
    [8, 200],
    [6, 400],
    [6, 422],
    [6, 500],
    [5, 503],
    [2, 502],
    [2, 401],
    [2, 404],
    [2, 429],
    [1, 403],
    [1, 405],
    [1, 501],
    [1, 204],
    [1, 304],
    [1, 418],
    [1, 599],
    [1, 301],
    [1, 600],
  ])
  return { status, body: body() }
}
