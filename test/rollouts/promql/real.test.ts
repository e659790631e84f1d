import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { PromqlError, parse, typeFaults, typeOf } from '../../../rollouts/promql/index.ts'
import { type RealPrometheus, series, startPrometheus } from '../../support/prometheus/real.ts'
import fc from '../../support/property.ts'

let prometheus: RealPrometheus

beforeAll(async () => {
  prometheus = await startPrometheus(`# TYPE a gauge\n${series('a', [[1_700_000_000, 1]])}# EOF\n`)
}, 60_000)

afterAll(() => prometheus.close())

const answer = z.object({
  errorType: z.string().optional(),
  error: z.string().optional(),
  data: z.object({ resultType: z.string() }).optional(),
})

type Judgement = { refused: string | undefined; type: string | undefined }

/** What the server makes of a query; no type when it takes the text, and then fails on the data. */
async function there(query: string): Promise<Judgement> {
  const body = new URLSearchParams({ query, time: '1700000000' })
  const response = await fetch(`${prometheus.url}/api/v1/query`, { method: 'POST', body })
  const { errorType, error, data } = answer.parse(await response.json())
  return { refused: errorType === 'bad_data' ? error : undefined, type: data?.resultType }
}

function here(query: string): Judgement {
  try {
    const node = parse(query)
    return { refused: typeFaults(node)[0]?.problem, type: typeOf(node) }
  } catch (error) {
    if (error instanceof PromqlError) return { refused: error.message, type: undefined }
    throw error
  }
}

async function compare(query: string): Promise<void> {
  const [server, own] = [await there(query), here(query)]
  const same = (server.refused === undefined) === (own.refused === undefined)
  const alike = server.type === undefined || server.type === own.type
  if (!same || !alike) throw new Error(JSON.stringify({ query, server, own }))
}

const right = [
  'a',
  'rate(a[5m])',
  'a[5m]',
  'sum by (le) (rate(a{b="c",d=~"e.*",f!~"g|h",i!="j"}[5m:1m] offset 1h)) > bool 5',
  'sum(a) by (b, c,)',
  'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))',
  'a / on(b) group_left(c) d',
  'a and on() d or ignoring(x) e unless f',
  '{__name__=~"a.+"}',
  'topk(3, a)',
  'count_values("v", a)',
  'quantile(0.5, a) without (b)',
  '-a ^ 2 + +3 % 4 atan2 5',
  'time() - 600',
  'scalar(a) * 2',
  'vector(1) == bool 1',
  '1 > bool 2',
  'label_replace(a, "b", "$1", "c", "(.*)")',
  'label_join(a, "b", ",", "c", "d", "e")',
  'day_of_week()',
  'round(a)',
  'round(a, 5)',
  'clamp(a, 0, 1)',
  'max_over_time(rate(a[5m])[1h:])',
  'a @ 1700000000 offset -5m',
  'a @ end()',
  'absent_over_time(a[5m])',
  'quantile_over_time(0.5, a[5m])',
  'predict_linear(a[5m], 3600)',
  '# why\na # so',
  "'text'",
  '`raw \\ text`',
  '"\\x41\\u00e9\\101"',
  '1e3 + 0x1f + .5 + Inf + NaN',
  '((a))',
  'sum(a) + sum(b)',
  'A:b_c{d="e",}',
  'rate((a[5m]))',
]

const wrong = [
  '',
  'a b',
  'rate(a)',
  'rate(sum(a))',
  'rate(sum(a)[5m])',
  'sum(a[5m])',
  'a[5m] > 1',
  '-a[5m]',
  'abs(a[5m])',
  'rate(a[5m]',
  'a[5m',
  'a{b="c"',
  'a{b=c}',
  'a{b="c}',
  '"a',
  'a{b=~"("}',
  'a{b=~"(?=x)"}',
  '{}',
  '{b=""}',
  '{b=~".*"}',
  '{b!="x"}',
  'a{__name__="b"}',
  'a[0s]',
  'a[5x]',
  'a[]',
  '1 > 2',
  '1 and 2',
  'a and 1',
  'a + bool b',
  'a and on(b) group_left() c',
  '1 + on(b) a',
  'sum(a, b)',
  'topk(a)',
  'topk("3", a)',
  'count_values(1, a)',
  'histogram_quantile(a, 0.9)',
  'histogram_quantile(0.9 a)',
  'label_replace(a, "b", "c")',
  'vector(a)',
  'scalar(1)',
  'time(1)',
  'round()',
  'nothing(a)',
  'sum by le (a)',
  'sum(a) by (b) by (c)',
  'a offset b',
  'a =~ b',
  'a ! b',
  '"a" + 1',
  'a["5m"]',
  '"\\q"',
  'rate(1)',
  '1[5m:]',
  'a[5m][1h:]',
  '(a)[5m]',
  'a == ',
  'sum()',
  'a offset 5m [5m]',
  '{a="b"}{c="d"}',
]

test.each(right)('%s is taken by the server, and here', async query => {
  await compare(query)
  expect(here(query).refused).toBeUndefined()
})

test.each(wrong)('%s is refused by the server, and here', async query => {
  await compare(query)
  expect(here(query).refused).toBeDefined()
})

const { expression } = fc.letrec<Record<'expression' | 'leaf', string>>(tie => {
  const inside = tie('expression')
  const label = fc.constantFrom('le', 'b', 'pod')
  const matcher = fc
    .tuple(label, fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('""', '"x"', '".*"', "'.+'", '"("', '`a|b`'))
    .map(parts => parts.join(''))
  const selector = fc
    .tuple(fc.constantFrom('a', 'b_total', ''), fc.option(fc.array(matcher, { maxLength: 2 })))
    .map(([name, matchers]) => (matchers || name === '' ? `${name}{${(matchers ?? []).join(',')}}` : name))
  const grouping = fc.constantFrom('', 'by (le) ', 'without (b, pod) ', 'by () ')
  const functions = fc.constantFrom(
    ...['rate', 'abs', 'scalar', 'vector', 'histogram_quantile', 'clamp_min', 'round', 'time', 'hour', 'absent'],
    ...['label_join', 'sum_over_time', 'quantile_over_time', 'timestamp', 'sort', 'predict_linear', 'nothing'],
  )
  return {
    leaf: fc.oneof(
      { weight: 4, arbitrary: selector },
      { weight: 2, arbitrary: selector.map(text => `${text}[5m]`) },
      { weight: 2, arbitrary: fc.constantFrom('1', '0.5', '-3', 'Inf', '1e3', '"text"', 'time()') },
    ),
    expression: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      tie('leaf'),
      inside.map(each => `(${each})`),
      fc.tuple(inside, fc.constantFrom('[1h:]', '[1h:1m]', '[5m]', ' offset 5m', ' @ 5')).map(parts => parts.join('')),
      fc
        .tuple(
          inside,
          fc.constantFrom(
            '+',
            '/',
            '>',
            '> bool',
            '==',
            'and',
            'or',
            'unless',
            '* on(b)',
            '/ ignoring(b) group_left()',
            'or on()',
            '^',
            '+ bool',
          ),
          inside,
        )
        .map(parts => parts.join(' ')),
      fc.tuple(functions, fc.array(inside, { maxLength: 3 })).map(([name, given]) => `${name}(${given.join(', ')})`),
      fc
        .tuple(
          fc.constantFrom('sum', 'count', 'topk', 'quantile', 'count_values', 'max'),
          grouping,
          fc.array(inside, { maxLength: 2 }),
        )
        .map(([name, by, given]) => `${name} ${by}(${given.join(', ')})`),
    ),
  }
})

test('random expressions, right and wrong, are taken and refused as by the server', async () => {
  await fc.assert(fc.asyncProperty(expression, compare), { numRuns: 800 })
}, 60_000)
