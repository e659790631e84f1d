import { expect, test } from '@jest/globals'
import { document, lint, metric, rulesIn } from './yaml.ts'

const up = "successCondition: result[0] < 1\nprovider: { prometheus: { query: 'sum(up) or vector(0)' } }"

test.each<[string, string, string[]]>([
  ['a metric without traps', `interval: 30s\ncount: 5\n${up}`, []],
  ['a day', `interval: 1d\ncount: 5\n${up}`, ['7:17 duration']],
  ['a delay without unit', `initialDelay: "5"\n${up}`, ['7:22 duration']],
  ['a negative interval', `interval: -5s\ncount: 5\n${up}`, ['7:17 duration']],
  ['a duration that arguments make', `interval: '{{args.i}}'\ncount: 5\n${up}`, []],
  ['a limit that is no number', `failureLimit: five\n${up}`, ['7:21 limit-not-a-number']],
  ['a limit with a fraction', `count: "5.0"\n${up}`, ['7:15 limit-not-a-number']],
  ['a limit as a text', `failureLimit: "0"\n${up}`, []],
  ['an interval without a count', `interval: 30s\n${up}`, ['7:17 interval-without-count']],
  [
    'an interval with a count that is none',
    `interval: 30s\ncount: many\n${up}`,
    ['7:17 interval-without-count', '8:14 limit-not-a-number'],
  ],
  ['an interval with a count from an argument', `interval: 30s\ncount: "{{args.i}}"\n${up}`, []],
  ['an interval with a consecutiveSuccessLimit', `interval: 30s\nconsecutiveSuccessLimit: 3\n${up}`, []],
  ['a count without an interval', `count: 3\n${up}`, ['7:14 invalid-metric']],
  ['a count of 1 without an interval', `count: 1\n${up}`, []],
  ['a limit beyond the count', `count: 3\ninterval: 1m\nfailureLimit: 4\n${up}`, ['7:14 invalid-metric']],
  ['a negative limit', `inconclusiveLimit: -1\n${up}`, ['7:26 invalid-metric']],
  ['no provider', 'successCondition: "true"\nprovider: {}', ['8:17 invalid-metric']],
  ['two providers', `${up.replace('} }', '}, web: { url: x } }')}`, ['8:17 invalid-metric']],
  ['a number for a text', `interval: 30\n${up}`, ['7:17 invalid-template']],
])('%s', (_name, lines, findings) => {
  expect(lint(metric(lines, lines.includes('args.i') ? 'args: [{ name: i }]' : 'args: []')).map(shift(lines))).toEqual(
    findings,
  )
})

/** The line of the declared argument comes in between. */
function shift(lines: string): (line: string) => string {
  return text => (lines.includes('args.i') ? text.replace(/^\d+/, line => String(Number(line) - 1)) : text)
}

const two = (rest: string) =>
  document(`${rest}\nmetrics:\n  - name: errors\n${pad(up)}\n  - name: errors-late\n${pad(up)}`)

function pad(text: string): string {
  return text.replace(/^/gm, '    ')
}

test.each<[string, string[]]>([
  ['dryRun: [{ metricName: errors }]', ['5:26 unanchored-rule']],
  ['dryRun: [{ metricName: ^errors$ }]', []],
  ['dryRun: [{ metricName: errors-late }]', []],
  ['dryRun: [{ metricName: .* }]', []],
  ['dryRun: [{ metricName: "errors.*" }]', []],
  ['dryRun: [{ metricName: "*" }]', ['5:27 rule-without-metric']],
  ['dryRun: [{ metricName: "(" }]', ['5:27 rule-without-metric']],
  ['dryRun: [{ metricName: latency }]', ['5:26 rule-without-metric']],
  ['dryRun: [{ metricName: "^late" }]', ['5:27 rule-without-metric']],
  ['dryRun: [{ metricName: ^errors$ }, { metricName: ^errors$ }]', ['5:52 duplicate-metric']],
  ['measurementRetention: [{ metricName: errors, limit: 5 }]', ['5:40 unanchored-rule']],
  ['measurementRetention: [{ metricName: ^errors$, limit: 0 }]', ['5:57 retention']],
  ['measurementRetention: [{ metricName: nothing, limit: 5 }]', ['5:40 rule-without-metric']],
  ['dryRun: [{ metricName: (a*)*b }]', ['5:26 rule-without-metric']],
])('%s', (rest, findings) => {
  expect(lint(two(rest))).toEqual(findings)
})

const using = (text: string) => `successCondition: result[0] < 1\nprovider: { prometheus: { query: '${text}' } }`
const arg = 'sum(a{b="{{args.x}}"}) or vector(0)'

test.each<[string, string, string[]]>([
  ['args: [{ name: x }]', using(arg), []],
  ['args: [{ name: x, value: y }]', using(arg), []],
  ['args: [{ name: y }]', using(arg), ['5:18 unused-argument', '9:50 undeclared-argument']],
  ['args: [{ name: y, value: z }]', using('vector(1)'), []],
  ['args: [{ name: y, valueFrom: { secretKeyRef: { name: a, key: b } } }]', using('vector(1)'), []],
  ['args: [{ name: x }, { name: x }]', using(arg), ['5:31 conflicting-argument']],
  ['args: [{ name: x }]', using('sum(a{b="{{ x }}", c="{{args.x}}"}) or vector(0)'), ['9:50 undeclared-argument']],
  [
    'args: [{ name: x }]',
    using('sum(a{b="{{args.x"}) or vector(0)'),
    ['5:18 unused-argument', '9:50 undeclared-argument'],
  ],
  ['args: [{ name: x, value: 5 }]', using(arg), ['5:28 invalid-template']],
])('%s, with %s: %j', (args, lines, findings) => {
  expect(lint(metric(lines, args))).toEqual(findings)
})

test('an AnalysisRun must have the values of its arguments', () => {
  const run = document(`args: [{ name: x }]\nmetrics:\n  - name: m\n${pad(using(arg))}`, { kind: 'AnalysisRun' })
  expect(lint(run)).toEqual(['5:18 argument-without-value'])
  expect(lint(run, { args: { x: 'y' } })).toEqual([])
})

test('several templates are looked at together', () => {
  const child = (name: string, spec = '') => document(`${spec}metrics:\n  - name: ${name}\n${pad(up)}`, { name })
  const parent = (templates: string, rest = '') =>
    document(`${rest}templates: [${templates}]\nmetrics:\n  - name: own\n${pad(up)}`, { name: 'parent' })
  const join = (...documents: string[]) => documents.join('---\n')
  expect(lint(join(child('c'), parent('{ templateName: c }')))).toEqual([])
  expect(lint(parent('{ templateName: c }'))).toEqual(['5:31 missing-template'])
  expect(lint(parent('{ templateName: c, clusterScope: true }'))).toEqual(['5:31 missing-template'])
  expect(rulesIn(join(child('own'), parent('{ templateName: own }')))).toEqual(['duplicate-metric'])
  expect(rulesIn(join(child('c', 'templates: [{ templateName: parent }]\n'), parent('{ templateName: c }')))).toEqual([
    'template-cycle',
    'template-cycle',
  ])
  expect(rulesIn(parent('{ templateName: parent }'))).toContain('template-cycle')
  const named = (value: string) => `args: [{ name: x, value: ${value} }]\n`
  expect(rulesIn(join(child('c', named('a')), parent('{ templateName: c }', named('b'))))).toEqual([
    'conflicting-argument',
  ])
  expect(rulesIn(join(child('c', named('a')), parent('{ templateName: c }', named('a'))))).toEqual([])
  // A rule may be for a metric of a template that runs together with its own.
  expect(rulesIn(join(child('c', 'dryRun: [{ metricName: ^own$ }]\n'), parent('{ templateName: c }')))).toEqual([])
  // So may an argument be declared: there alone, this is no error.
  const asks = document(`metrics:\n  - name: m\n${pad(using(arg))}`, { name: 'asks' })
  expect(rulesIn(join(asks, child('c', 'args: [{ name: x }]\n')))).toEqual(['undeclared-argument', 'unused-argument'])
})

test('other kinds are skipped', () => {
  expect(lint('kind: Rollout\nspec: { strategy: 1 }\n---\nkind: Deployment\n---\n- 1\n---\ntext\n---\n')).toEqual([])
})

const trap = (before: string, beside = '') => metric(`${before}interval: 30s${beside}\n${up}`)

test.each<[string, string, string[]]>([
  ['none', trap(''), ['7:17 interval-without-count']],
  ['above', trap('# stovepipe-lint-ignore interval-without-count: background\n'), []],
  ['above, under other comments', trap('# stovepipe-lint-ignore interval-without-count: background\n# and on\n'), []],
  ['beside', trap('', ' # stovepipe-lint-ignore interval-without-count: background'), []],
  ['for another rule', trap('# stovepipe-lint-ignore duration: background\n'), ['8:17 interval-without-count']],
  [
    'two lines above',
    trap('# stovepipe-lint-ignore interval-without-count: x\ninitialDelay: 5s\n'),
    ['9:17 interval-without-count'],
  ],
  [
    'without a reason',
    trap('# stovepipe-lint-ignore interval-without-count\n'),
    ['7:7 ignore-comment', '8:17 interval-without-count'],
  ],
  [
    'with an empty reason',
    trap('# stovepipe-lint-ignore interval-without-count: \n'),
    ['7:7 ignore-comment', '8:17 interval-without-count'],
  ],
  ['for no rule', trap('# stovepipe-lint-ignore\n'), ['7:7 ignore-comment', '8:17 interval-without-count']],
  [
    'for a rule that is none',
    trap('# stovepipe-lint-ignore everything: tired\n'),
    ['7:7 ignore-comment', '8:17 interval-without-count'],
  ],
])('a comment that ignores: %s', (_name, yaml, findings) => {
  expect(lint(yaml)).toEqual(findings)
})

test('a comment above the key of a block counts for the whole block', () => {
  const query = (comment: string) =>
    metric(
      `successCondition: len(result) > 0 && result[0] < 1\nprovider:\n  prometheus:\n    ${comment}\n    query: |\n      sum(\n        rate(a_total[10s])\n      )`,
    )
  expect(lint(query('# why'))).toEqual(['13:28 range-too-short'])
  expect(lint(query('# stovepipe-lint-ignore range-too-short: scraped every second'))).toEqual([])
})

test('a text that looks like a comment is none', () => {
  expect(
    lint(
      metric(
        `interval: 30s\n${up.replace('sum(up)', 'sum(up # stovepipe-lint-ignore interval-without-count: x\n\n      )')}`,
      ),
    ),
  ).toContain('7:17 interval-without-count')
})
