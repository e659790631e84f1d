import { expect, test } from '@jest/globals'
import { asking, document, metric, rulesIn } from './yaml.ts'

const right = 'successCondition: result[0] < 1'

test.each<[string, string]>([
  ['a query of a megabyte', metric(asking('sum(a) + '.repeat(120_000)))],
  ['ten thousand parentheses in a query', metric(asking(`${'('.repeat(10_000)}a${')'.repeat(10_000)}`))],
  ['ten thousand arguments in a query', metric(asking('{{args.x}} + '.repeat(10_000), right))],
  ['a query of a hundred kilobytes', metric(asking(`sum(a{${'b="c",'.repeat(16_000)}})`))],
  ['ten thousand parentheses in a condition', metric(asking('up', `successCondition: ${'('.repeat(10_000)}true`))],
  ['a condition of a megabyte', metric(asking('up', `successCondition: true${' || result[0] < 1'.repeat(60_000)}`))],
  [
    'ten thousand arguments in a condition',
    metric(asking('up', `successCondition: "true${' || {{args.x}} < 1'.repeat(10_000)}"`)),
  ],
  [
    'a pattern that would hang',
    document(`dryRun: [{ metricName: "(a*)*(a*)*$" }]\nmetrics:\n  - { name: ${'a'.repeat(5000)}b, provider: {} }`),
  ],
  ['a matcher that would hang', metric(asking(`a{b=~"(x+x+)+y"}`))],
  ['a long duration', metric(`interval: ${'1h'.repeat(100_000)}\n${asking('up')}`)],
  [
    'a thousand metrics',
    document(
      `metrics:\n${`  - { name: m, successCondition: "result[0] < 1", provider: { prometheus: { query: "rate(a[5m]) / rate(b[5m])" } } }\n`.repeat(1000)}`,
    ),
  ],
  [
    'a thousand templates that refer to one another',
    [...Array(1000).keys()]
      .map(index =>
        document(`templates: [{ templateName: t${(index + 1) % 1000} }, { templateName: t${(index + 7) % 1000} }]`, {
          name: `t${index}`,
        }),
      )
      .join('---\n'),
  ],
])('%s: bounded time', (_name, yaml) => {
  const start = performance.now()
  rulesIn(yaml)
  expect(performance.now() - start).toBeLessThan(15_000)
})
