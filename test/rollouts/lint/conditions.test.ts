import { expect, test } from '@jest/globals'
import { readDocuments } from '../../../configuration/index.ts'
import { lintDocuments } from '../../../rollouts/lint/index.ts'
import { metric } from './yaml.ts'

/** What lint says of conditions over a query, as `rule: problem`. */
function problems(conditions: Record<string, string>, query = 'sum(up) or vector(0)', args = ''): string[] {
  const lines = Object.entries(conditions).map(([name, text]) => `${name}: ${JSON.stringify(text)}`)
  const yaml = metric(`${lines.join('\n')}\nprovider: { prometheus: { query: '${query}' } }`, `args: [${args}]`)
  return lintDocuments(readDocuments(yaml, 'a.yaml')).findings.map(({ rule, problem }) => `${rule}: ${problem}`)
}

const success = (text: string, query?: string, args?: string) => problems({ successCondition: text }, query, args)

test.each<[string, string, string]>([
  ['vector(1)', 'result > 1', 'invalid operation: > (mismatched types []float64 and int)'],
  ['vector(1)', 'isNaN(result)', 'cannot use []float64 as argument (type float64) to call isNaN '],
  ['vector(1)', 'result[0] % 2 == 0', 'invalid operation: % (mismatched types float64 and int)'],
  ['vector(1)', 'results[0] > 1', 'unknown name results'],
  ['vector(1)', 'result[0] >', 'unexpected token EOF'],
  ['vector(1)', 'len(result) > 0 && result[0] matches "("', 'error parsing regexp: missing closing ): `(`'],
  ['vector(1)', 'result[0]', 'expected bool, but got float64'],
  ['vector(1)', 'result[0] > 1 ? 1 : 0', 'expected bool, but got int'],
  ['scalar(up)', 'result[0] > 1', 'type float64[int] is undefined'],
  ['1 + 1', 'len(result) > 0', 'invalid argument for len (type float64)'],
  ['time()', 'result % 2 == 0', 'invalid operation: % (mismatched types float64 and int)'],
])('over %s, %s is an error: %s', (query, text, problem) => {
  expect(success(text, query)).toEqual([`condition: successCondition: ${problem}`])
})

test.each<[string, string]>([
  ['vector(1)', 'result[0] > 1'],
  ['vector(1)', 'asInt(result[0]) % 2 == 0'],
  ['vector(1)', 'isNaN(result[0]) || isInf(result[0]) || result[0] > 1'],
  ['vector(1)', 'len(filter(result, # > 0.5)) / len(result) < 0.1'],
  ['scalar(up)', 'isNaN(result) || result > 1'],
  ['time() - 600', 'result > 1'],
  ['vector(1)', 'result[0] in [1, 2]'],
  ['vector(1)', 'let x = result[0]; x > 1 && x < 2'],
])('over %s, %s is right', (query, text) => {
  expect(success(text, query)).toEqual([])
})

test('an argument without a value may be what makes it right', () => {
  const open = '{ name: x }'
  expect(success('result[0] < {{args.x}}', 'vector(1)', open)).toEqual([])
  expect(success("'{{args.x}}' == 'none' || result[0] < 1", 'vector(1)', open)).toEqual([])
  expect(success('{{args.x}}', 'vector(1)', open)).toEqual([])
  expect(success('result[0] {{args.x}} 5', 'vector(1)', open)).toEqual([])
  expect(success('result < {{args.x}}', 'vector(1)', open)).toEqual([])
  expect(success('result[0] < {{args.x}}', 'vector(1)', '{ name: x, value: ten }')).toEqual([
    'condition: successCondition: unknown name ten',
  ])
  expect(success('result[0] < {{args.x}}', '{{args.x}}', open)).toEqual([])
  expect(success('nothing > 1', '{{args.x}}', open)).toEqual(['condition: successCondition: unknown name nothing'])
})

test.each<[string, string[]]>([
  ['true', ['true']],
  ['result[0] >= 0 || result[0] < 0 || true', ['true']],
  ['len(result) >= 0', ['true']],
  ['1 > 2', ['false']],
  ['false', []],
  ['result[0] > 1e12', []],
  ['result[0] == 0.123', []],
  ['len(result) == 0', []],
])('%s is constant: %j', (text, constant) => {
  expect(success(text).filter(each => each.startsWith('constant'))).toEqual(
    constant.map(
      value =>
        `constant-condition: successCondition is ${value} for every result that was tried, so the measurement says nothing`,
    ),
  )
})

test('conditions that both hold are told with a result for which they do', () => {
  const both = (successCondition: string, failureCondition: string) => problems({ successCondition, failureCondition })
  expect(both('result[0] < 0.5', 'result[0] >= 0.5')).toEqual([])
  expect(both('result[0] < 0.5', 'result[0] > 0.9')).toEqual([])
  expect(both('result[0] <= 0.5', 'result[0] >= 0.5')).toEqual([
    'overlapping-conditions: for the result [0.5] both conditions hold, and it counts as Failed',
  ])
  expect(both('result[0] < 0.5', 'false')).toEqual([])
})

test.each<[string, string]>([
  ['isNil(result) || result[0] < 1', 'isNil() looks at the result, not at its first argument, and is always false'],
  [
    'default(result[0], 0) != nil && result[0] < 1',
    'default() looks at the result, not at its first argument, and always gives the whole result',
  ],
])('%s ignores an argument', (text, problem) => {
  expect(success(text)).toEqual([`ignored-argument: successCondition: ${problem}`])
})

test('what only the controller can evaluate is told by name', () => {
  expect(success(`${'('.repeat(500)}true${')'.repeat(500)}`)).toEqual([
    'unsupported-condition: successCondition uses an expression nested more than 400 levels deep, which is not supported here',
  ])
})

test('conditions over what another provider measures are left alone', () => {
  const yaml = metric("successCondition: result.ok\nprovider: { web: { url: 'http://x', jsonPath: '{$.x}' } }")
  expect(lintDocuments(readDocuments(yaml, 'a.yaml')).findings).toEqual([])
})

test.each<[string, string]>([
  ['a long chain', `result[0] < 1${' || result[0] < 1'.repeat(3000)}`],
  ['a huge range', 'len(1..900000) > result[0]'],
  ['a slow predicate', 'all(1..3000, { any(1..1000, { # < 0 }) })'],
  ['a catastrophic pattern', 'result[0] < 1 || ("a" matches "(a*)*b")'],
  ['many numbers', `result[0] in [${[...Array(4000).keys()].join(',')}]`],
])('%s is linted in bounded time', (_name, text) => {
  const start = performance.now()
  success(text)
  expect(performance.now() - start).toBeLessThan(10_000)
})
