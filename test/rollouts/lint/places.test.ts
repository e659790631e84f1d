import { expect, test } from '@jest/globals'
import { readDocuments } from '../../../configuration/index.ts'
import { lintDocuments } from '../../../rollouts/lint/index.ts'
import fc from '../../support/property.ts'
import { document } from './yaml.ts'

/** What stands at each finding's place, to the end of its line. */
function found(yaml: string): string[] {
  const lines = yaml.split(/\r\n|\n/)
  return lintDocuments(readDocuments(yaml, 'a.yaml')).findings.map(({ place }) =>
    'line' in place ? (lines[(place.line ?? 0) - 1]?.slice((place.column ?? 0) - 1) ?? 'outside') : 'nowhere',
  )
}

/** A template whose query is written like this, after `query: `, its lines as deep as a block's. */
function querying(query: string): string {
  const lines = query.split('\n').map((line, index) => (index === 0 || line === '' ? line : `          ${line}`))
  return document(
    `metrics:\n  - name: m\n    successCondition: len(result) > 0 && result[0] < 1\n    provider:\n      prometheus:\n        query: ${lines.join('\n')}`,
  )
}

test.each<[string, string, string]>([
  ['plain', 'sum(rate(a) HERE)', 'HERE)'],
  ['plain over lines', 'sum(\nrate(a[5m])\nHERE)', 'HERE)'],
  ['single quotes', "'sum(a{b=\"''\"} HERE)'", "HERE)'"],
  ['single quotes over lines', "'sum(\na\n\n    HERE)'", "HERE)'"],
  ['double quotes', '"sum(a{b=\\"c\\", d=~\\"\\\\\\\\d\\"} HERE)"', 'HERE)"'],
  ['double quotes over lines', '"sum(a{b=\\"c\\"}\\\n HERE)"', 'HERE)"'],
  ['a literal block', '|\nsum(\n  rate(a[5m])\n\n  HERE)', 'HERE)'],
  ['a literal block without its last line', '|-\nsum(\na HERE)', 'HERE)'],
  ['a literal block that keeps its end', '|+\nsum(\na HERE)\n\n', 'HERE)'],
  ['a folded block', '>\nsum(\nrate(a[5m])\n\n  HERE)', 'HERE)'],
  ['a folded block, stripped', '>-\nsum(\na\nHERE)', 'HERE)'],
  ['a block with a comment beside its mark', '| # why\nsum(a HERE)', 'HERE)'],
  ['a block with a comment of PromQL', '|\n# HERE, not\nsum(a HERE)', 'HERE)'],
  ['behind an argument', '|\nsum(a{b="{{args.undeclared}}"} HERE)', 'HERE)'],
])('a syntax error stands where it is: %s', (_name, query, rest) => {
  expect(found(querying(query)).filter(each => each !== '{{args.undeclared}}"} HERE)')).toEqual([rest])
})

test('so it does in a file of Windows', () => {
  expect(found(querying('|\nsum(\na HERE)').replaceAll('\n', '\r\n'))).toEqual(['HERE)'])
})

test('an error at the end stands behind the last character', () => {
  expect(found(querying('|\nsum(\n  a\n'))).toEqual([''])
})

test('a type error stands at the argument, a short range at the range, a ratio at the ratio', () => {
  expect(found(querying('|\nsum(\n  rate(a)\n)'))).toEqual(['a)'])
  expect(found(querying('|\nsum(\n  rate(a[5s])\n)'))).toEqual(['5s])'])
  const ratio = found(querying('|\n1 -\n  sum(rate(a_total[5m])) / sum(rate(b_total[5m]))'))
  expect(ratio).toContain('sum(rate(a_total[5m])) / sum(rate(b_total[5m]))')
})

test('a fault in an argument’s value stands at its tag', () => {
  const yaml = querying('|\nsum(\n  rate(a[{{args.w}}])\n)').replace(
    '  metrics:',
    '  args: [{ name: w, value: soon }]\n  metrics:',
  )
  expect(found(yaml)).toEqual(['{{args.w}}])'])
})

test('in an alias the place is that of the alias', () => {
  const yaml = document(
    `metrics:\n  - { name: a, successCondition: &c "result > 1", provider: { prometheus: { query: &q "vector(1)" } } }\n` +
      '  - { name: b, successCondition: *c, provider: { prometheus: { query: *q } } }',
  )
  expect(found(yaml).map(rest => rest.slice(0, 10))).toEqual(['result > 1', '*c, provid'])
})

test('whatever a query and conditions hold, lint does not fail, and every place is in the file', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'rate(',
      'sum',
      'a',
      '[5m]',
      ')',
      '(',
      '{b="',
      '"}',
      ' / ',
      ' or ',
      '{{args.x}}',
      '{{args.y}}',
      '{{',
      '}}',
    ),
    fc.constantFrom(
      'result',
      '[0]',
      ' > ',
      '1',
      'len(',
      'isNaN(',
      ' && ',
      '..',
      '#',
      '\n',
      "'",
      '`',
      '\\',
      '\u2028',
      '😀',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  const text = fc.array(piece, { maxLength: 10 }).map(pieces => pieces.join(''))
  fc.assert(
    fc.property(text, text, text, text, (query, successCondition, failureCondition, count) => {
      const metric = {
        name: 'm',
        count,
        interval: count,
        successCondition,
        failureCondition,
        provider: { prometheus: { query } },
      }
      const spec = { args: [{ name: 'x', value: query }], metrics: [metric], dryRun: [{ metricName: query }] }
      const yaml = `# first\n${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'a' }, spec }, null, 1)}`
      return found(yaml).every(rest => rest !== 'outside' && rest !== 'nowhere')
    }),
    { numRuns: 1500 },
  )
})

test('whatever a block holds, every place is in it', () => {
  const line = fc.stringMatching(/^[a-z({][a-z0-9_(){}[\]"'~=,.:/+#* -]{0,20}$/)
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('|', '>', '|-', '>+'),
      (lines, mark) => {
        return found(querying(`${mark}\n${lines.join('\n')}`)).every(rest => rest !== 'outside' && rest !== 'nowhere')
      },
    ),
    { numRuns: 1000 },
  )
})
