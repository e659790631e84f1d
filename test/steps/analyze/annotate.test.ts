import { expect, test } from '@jest/globals'
import { formatPlace, type Place, readDocuments } from '../../../configuration/index.ts'
import { loadTemplates } from '../../../rollouts/analysis/index.ts'
import { annotate } from '../../../steps/analyze/index.ts'
import { metric, report } from './reports.ts'

const template = (names: readonly string[]) => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t }
spec:
  metrics:
${names.map(name => `    - name: ${JSON.stringify(name)}\n      provider: { prometheus: { query: q } }`).join('\n')}
`

/** What is said about these metrics, each as kind, place and text. */
function said(
  metrics: ReturnType<typeof metric>[],
  file: string,
  names = metrics.map(({ name }) => name),
  dryRun = false,
) {
  const lines: string[] = []
  const say = (kind: string) => (line: string, place?: Place) => {
    lines.push(`${kind} ${place ? formatPlace(place) : '-'} ${line}`)
  }
  const log = { debug() {}, info: say('info'), warning: say('warning'), error: say('error') }
  const library = loadTemplates(readDocuments(template(names), file))
  annotate(report(metrics), { library, dryRun }, '/workspace', log)
  return lines
}

const named = (name: string, change = {}) => metric({ name, explanation: `${name}.`, ...change })

test('files are named from the workspace, however the input named them', () => {
  const metrics = [named('a'), named('b', { phase: 'Successful' }), named('c', { phase: 'Inconclusive' })]
  const wanted = ['error analysis/t.yaml:6:7 a.', 'warning analysis/t.yaml:10:7 c.']
  for (const file of ['analysis/t.yaml', './analysis/t.yaml', '/workspace/analysis/t.yaml', 'x/../analysis/t.yaml']) {
    expect(said(metrics, file)).toEqual(wanted)
  }
  expect(said([named('a')], '/elsewhere/t.yaml')).toEqual(['error - a.'])
})

test('a metric whose name arguments make is found', () => {
  const names = ['ratio', 'errors-{{args.cluster}}-{{ args.app }}-p99']
  expect(said([named('errors-eu1-web-p99')], 't.yaml', names)).toEqual(['error t.yaml:8:7 errors-eu1-web-p99.'])
  expect(said([named('errors-eu1-p50')], 't.yaml', names)).toEqual(['error - errors-eu1-p50.'])
})

test('what counts for nothing is a warning', () => {
  expect(said([named('a', { dryRun: true })], 't.yaml')).toEqual(['warning t.yaml:6:7 dry run: a.'])
  expect(said([named('a')], 't.yaml', ['a'], true)).toEqual(['warning t.yaml:6:7 a.'])
})

test('GitHub shows ten of a kind: the last one is left to the step itself', () => {
  const lines = said(
    Array.from({ length: 30 }, (_, index) => named(`m${index}`)),
    't.yaml',
  )
  expect(lines.filter(line => line.startsWith('error'))).toHaveLength(9)
  expect(lines.at(-1)).toBe('info - 21 more metrics did not hold: the summary has them all')
})
