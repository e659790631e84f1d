import { expect, test } from '@jest/globals'
import { type Filled, fillQuery, UnreadableError } from '../../../rollouts/promql/index.ts'
import fc from '../../support/property.ts'

const fill = (query: string, values: Record<string, string> = {}): Filled =>
  fillQuery(query, new Map(Object.entries(values)))

test.each([
  'rate(a{b="{{args.x}}"}[{{args.window}}])',
  'rate(a[{{args.n}}m])',
  'rate(a[5{{args.unit}}])',
  'a offset {{args.x}}',
  'a @ {{args.x}}',
  '{{args.metric}}',
  '{{ args.prefix }}_total{b="c"}',
  'a_{{args.x}}_total > {{args.limit}}',
  'a == bool {{args.limit}}',
  'histogram_quantile({{args.q}}, sum by (le, {{args.label}}) (rate(a[5m])))',
  'a{ {{args.matchers}} }',
  'a{b="c", {{args.matchers}}}',
  'a{b="c"{{args.more}}}',
  'a{b={{args.quoted}}}',
  'a{{{args.braces}}',
  '{{args.function}}(a)',
  '{{args.function}}(a{b="c"}[5m]) / 2',
  'a {{args.operator}} b',
  'rate(a{{args.range}})',
  'sum {{args.by}} (a)',
  'a {{args.offset}} > 1',
  'a # {{args.x}}',
  "a{b=~'{{args.x}}|{{args.y}}'}",
])('%s can be right', query => {
  expect(fill(query).kind).toBe('parsed')
})

test.each<[string, number]>([
  ['sum(rate(a[5m]) by by (x) > {{args.limit}}', 16],
  ['rate(a{b="{{args.x}}"}[5m]', 26],
  ['rate(a[{{args.window}}]', 23],
  ['a b {{args.x}}', 2],
])('%s is wrong whatever its arguments are', (query, offset) => {
  const filled = fill(query)
  expect(filled.kind === 'wrong' && filled.offsetInTemplate(filled.fault.start)).toBe(offset)
})

test.each(['{{args.x}} a b', 'a {{args.x}} ) b', '({{args.open}}'])('%s is up to its arguments', query => {
  expect(fill(query).kind).toBe('open')
})

test('a value is parsed as it is, and a fault in it stands where its tag does', () => {
  expect(fill('rate(a[{{args.w}}])', { w: '5m' })).toMatchObject({ kind: 'parsed', text: 'rate(a[5m])' })
  const filled = fill('rate(a[{{args.w}}]) > 1', { w: '5 minutes' })
  expect(filled.kind === 'wrong' && filled.offsetInTemplate(filled.fault.start)).toBe(7)
})

test('what is open is told apart from what is not', () => {
  const filled = fill('a{b="{{args.x}}"} / c')
  if (filled.kind !== 'parsed' || filled.node.kind !== 'binary') throw new Error('not as expected')
  expect([filled.unknown(filled.node.left), filled.unknown(filled.node.right)]).toEqual([true, false])
  expect(filled.offsetInTemplate(filled.node.right.start)).toBe('a{b="{{args.x}}"} / '.length)
})

test('arbitrary text with tags never fails otherwise, and its places are inside of it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{args.x}}',
      '{{args.known}}',
      '{{',
      '}}',
      'rate(',
      'a',
      '[5m]',
      ')',
      '{b="',
      '"}',
      ' + ',
      'sum',
      '#',
      '\n',
      "'",
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const query = pieces.join('')
      const filled = fill(query, { known: 'b offset' })
      if (filled.kind !== 'wrong') return true
      const at = filled.offsetInTemplate(filled.fault.start)
      return at >= 0 && at <= query.length
    }),
    { numRuns: 1000 },
  )
})

test.each<[string, string]>([
  ['a megabyte', 'a + '.repeat(250_000)],
  ['ten thousand parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
  ['ten thousand functions', 'sum('.repeat(10_000)],
  ['ten thousand signs', `${'-'.repeat(10_000)}a`],
  ['ten thousand operators in parentheses', `sum(${'a or '.repeat(10_000)}a)`],
])('%s are not judged, at once', (_name, query) => {
  const start = performance.now()
  expect(() => fill(query)).toThrow(UnreadableError)
  expect(performance.now() - start).toBeLessThan(1000)
})

test.each<[string, string]>([
  ['many tags', '{{args.x}} '.repeat(9000)],
  ['many matchers', `a{${'b="c",'.repeat(14_000)}}`],
  ['many strings', '"\\"'.repeat(30_000)],
  ['an open string', `"${'a'.repeat(99_000)}`],
  ['many arguments', `sum(${'a,'.repeat(49_000)}a)`],
  ['one long number', '1'.repeat(99_000)],
])('%s are judged in bounded time', (_name, query) => {
  const start = performance.now()
  fill(query)
  expect(performance.now() - start).toBeLessThan(5000)
})
