import { expect, test } from '@jest/globals'
import { readDocument, readDocuments } from '../../../configuration/index.ts'
import { loadTemplates, mergeTemplates, metricsIgnoringCluster } from '../../../rollouts/analysis/index.ts'
import { lintDocuments } from '../../../rollouts/lint/index.ts'
import { analysisTemplate, errorRatio, latency, release, toYaml } from '../../../rollouts/manifests/index.ts'
import { analyses } from '../../../scripts/render/analysis.ts'

const about = 'A test.'
const text = (name: string) => toYaml(analysisTemplate(name, analyses[name] ?? { about, signals: [] }))
const library = (...names: string[]) => loadTemplates(names.flatMap(name => readDocuments(text(name), `${name}.yaml`)))
const named = {
  service: 'x',
  stream: 'x',
  station: 'x',
  consumer: 'x',
  'consumer-group': 'x',
  topic: 'x',
  kafka: 'x',
  cache: 'x',
}
const reserved = { cluster: 'a', digest: 'sha256:new', 'stable-digest': 'sha256:old' }

test('a team sets thresholds, windows and names of metrics in its own code', () => {
  const { resource } = analysisTemplate('checkout', {
    about,
    signals: [
      errorRatio({ max: 0.002 }),
      latency({
        of: { ...release, series: { job: 'checkout', ...release.series } },
        metrics: { requests: 'rpcs_total', failed: { status: { not: 'OK' } }, durations: 'rpc_seconds' },
        quantile: 0.999,
        max: 0.25,
      }),
    ],
    timing: { scrapeInterval: 15, interval: 90, count: 20, delay: 60 },
    namespace: 'checkout',
  })
  expect(resource.metadata).toEqual({ name: 'checkout', namespace: 'checkout' })
  expect(resource.spec.args).toContainEqual({ name: 'max-error-ratio', value: '0.002' })
  expect(resource.spec.args).toContainEqual({ name: 'max-latency-p99-9', value: '0.25' })
  const query = resource.spec.metrics?.[1]?.provider.prometheus?.query
  expect(query).toContain('histogram_quantile(0.999, sum by (le) (rate(rpc_seconds_bucket{job="checkout",app=')
  expect(query).toContain('[1m]')
  for (const metric of resource.spec.metrics ?? []) {
    expect(metric).toMatchObject({
      interval: '90s',
      initialDelay: '1m',
      count: 20,
      failureLimit: 0,
      inconclusiveLimit: 0,
    })
  }
})

test.each<[string, () => unknown, string]>([
  [
    'two metrics of one name',
    () => analysisTemplate('x', { about, signals: [errorRatio(), errorRatio()] }),
    'error-ratio',
  ],
  [
    'two values of one argument',
    () => analysisTemplate('x', { about, signals: [errorRatio(), { ...errorRatio({ max: 0.5 }), name: 'y' }] }),
    'max-error-ratio of x has two values: 0.01, 0.5',
  ],
  [
    'a name that is not Kubernetes’',
    () => analysisTemplate('Golden Signals', { about, signals: [] }),
    'Golden Signals',
  ],
  [
    'a window that may hold one scrape',
    () => analysisTemplate('x', { about, signals: [], timing: { scrapeInterval: 30, window: 45 } }),
    'fewer than two scrapes',
  ],
  ['no count', () => analysisTemplate('x', { about, signals: [], timing: { count: 0 } }), 'count must be'],
  ['a quantile in percent', () => latency({ quantile: 99, max: 1 }), 'between 0 and 1: 99'],
])('%s is refused', (_what, make, message) => {
  expect(make).toThrow(RangeError)
  expect(make).toThrow(message)
})

test('all templates of the kit can run in one gate', () => {
  const names = Object.keys(analyses)
  const { metrics, args = [] } = mergeTemplates(library(...names), {
    templates: names,
    args: { ...named, ...reserved },
  })
  expect(metrics.length).toBeGreaterThan(20)
  expect(new Set(args.map(({ name }) => name)).size).toBe(args.length)
})

test.each(Object.keys(analyses))('%s: every query keeps to the cluster, and lint finds nothing', async name => {
  const [template] = library(name).templates
  expect(await metricsIgnoringCluster(template?.spec ?? {})).toEqual([])
  expect(lintDocuments(readDocuments(text(name), `${name}.yaml`))).toEqual({ templates: 1, findings: [] })
})

test('the comments stand above what they explain, in lines of a page', () => {
  const lines = toYaml(
    {
      resource: { kind: 'X', list: [{ name: 'a' }, { name: 'b' }], text: 'one\ntwo\n' },
      about: 'What it is.',
      comments: [
        { path: ['list', 1], text: `The second.\n${'word '.repeat(40).trim()}` },
        { path: ['text'], text: 'A text.' },
      ],
    },
    'Generated.',
  ).split('\n')
  expect(lines).toEqual([
    '# Generated.',
    '#',
    '# What it is.',
    'kind: X',
    'list:',
    '  - name: a',
    '  # The second.',
    `  # ${'word '.repeat(23).trim()}`,
    `  # ${'word '.repeat(17).trim()}`,
    '  - name: b',
    '# A text.',
    'text: |',
    '  one',
    '  two',
    '',
  ])
})

test('the text is the same each time, and says what the resource is', () => {
  const manifest = analysisTemplate('against-stable', analyses['against-stable'] ?? { about, signals: [] })
  expect(toYaml(manifest)).toBe(toYaml(manifest))
  expect(readDocument(toYaml(manifest), 'x.yaml').value).toEqual(manifest.resource)
})
