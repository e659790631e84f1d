import { expect, test } from '@jest/globals'
import { formatPlace } from '../../../configuration/index.ts'
import { lintTemplates } from '../../../rollouts/analysis/index.ts'
import { library } from './documents.ts'

function lint(metric: string, rest = ''): string[] {
  const yaml = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: a }
spec:
${rest}  metrics:
    - name: errors
${metric
  .split('\n')
  .map(line => `      ${line}`)
  .join('\n')}
`
  return lintTemplates(library(yaml)).map(({ rule, place }) => `${formatPlace(place)} ${rule}`)
}

const up = 'provider: { prometheus: { query: up } }'
const ratio = 'sum(rate(e[5m])) / sum(rate(r[5m]))'
const query = (text: string) => `provider: { prometheus: { query: '${text}' } }`

test.each<[string, string, string[]]>([
  ['a template without traps', `interval: 30s\ncount: 5\nsuccessCondition: result[0] < 1\n${up}`, []],
  ['a day', `interval: 1d\ncount: 5\n${up}`, ['analysis.yaml:7:17 duration']],
  ['a negative interval', `interval: -5s\ncount: 5\n${up}`, ['analysis.yaml:7:17 duration']],
  ['a duration that arguments make', `interval: '{{args.i}}'\ncount: 5\n${up}`, []],
  ['a limit that is no number', `failureLimit: five\n${up}`, ['analysis.yaml:7:21 limit-not-a-number']],
  ['a limit as a string', `failureLimit: "5"\n${up}`, []],
  ['an interval without a count', `interval: 30s\n${up}`, ['analysis.yaml:7:17 interval-without-count']],
  ['isNaN of a vector', `failureCondition: isNaN(result)\n${up}`, ['analysis.yaml:7:25 isnan-on-vector']],
  ['a ratio', `successCondition: result[0] < 1\n${query(ratio)}`, ['analysis.yaml:8:41 ratio-without-guard']],
  ['a ratio guarded in the condition', `successCondition: len(result) == 0 || result[0] < 1\n${query(ratio)}`, []],
  ['a ratio guarded in the query', query(`${ratio} or vector(0)`), []],
  ['a range of one scrape', query('rate(a[45s])'), ['analysis.yaml:7:41 range-too-short']],
])('%s', (_name, metric, findings) => {
  expect(lint(metric)).toEqual(findings)
})

test.each<[string, string[]]>([
  ['"*"', ['analysis.yaml:5:27 dry-run-unanchored']],
  ['err', ['analysis.yaml:5:26 dry-run-unanchored']],
  ['errors', []],
  ['^errors$', []],
])('the dry-run rule %s', (rule, findings) => {
  expect(lint(up, `  dryRun: [{ metricName: ${rule} }]\n`)).toEqual(findings)
})
