import { expect, test } from '@jest/globals'
import type { AnalysisQuery } from '../../../gitops/promotion/index.ts'
import { createPrometheus } from '../../../rollouts/prometheus/index.ts'
import { analysisJudge } from '../../../steps/promote/analysis-judge.ts'
import { readGateTemplates, requirePerCluster, requireTemplate } from '../../../steps/promote/gate-templates.ts'
import { VirtualClock } from '../../support/clock.ts'
import { treeOf } from '../../support/tree.ts'

const template = (name: string, query: string) => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: ${name} }
spec:
  args: [{ name: cluster }]
  metrics:
    - name: errors
      provider: { prometheus: { address: http://unused, query: '${query}' } }
      successCondition: result[0] < 0.01
`

const reserved = {
  cluster: 'canary',
  role: 'canary',
  track: 'canary',
  tag: 'v1',
  digest: 'd',
  'stable-digest': 'none',
}
const query: AnalysisQuery = {
  app: 'a',
  cluster: { name: 'canary', labels: {}, state: 'active' },
  image: { repository: 'registry/a', tag: 'v1', digest: `sha256:${'1'.repeat(64)}` },
  analysis: { templates: ['gate'], args: {}, minimumRequests: 0 },
  reserved: { ...reserved, 'started-at': '2026-01-01T00:00:00Z' },
  healthySince: 0,
}
const control = { signal: new AbortController().signal, onProgress: () => {} }

const queryOf = (found: ReturnType<typeof requireTemplate>) => found.spec.metrics?.[0]?.provider.prometheus?.query

test('an app’s own template wins over the shared one of the same name', () => {
  const library = readGateTemplates(
    treeOf({
      'analysis/golden.yaml': template('golden', 'shared'),
      'analysis/other.yaml': template('other', 'other'),
      'apps/a/analysis/golden.yaml': template('golden', 'own'),
      'apps/b/analysis/golden.yaml': template('golden', 'of another app'),
    }),
    'a',
  )
  expect(queryOf(requireTemplate(library, 'golden', 'a'))).toBe('own')
  expect(queryOf(requireTemplate(library, 'other', 'a'))).toBe('other')
})

test('a name that is not there is refused with those that are', () => {
  const library = readGateTemplates(treeOf({ 'analysis/golden.yaml': template('golden', 'x') }), 'a')
  expect(() => requireTemplate(library, 'gold', 'a')).toThrow(
    'apps/a/pipeline.yaml: there is no such AnalysisTemplate (found "gold"). Write it to analysis/gold.yaml; there is golden',
  )
})

test('a gate plays what its template refers to, and asks the same of it', async () => {
  const [head = ''] = template('gate', 'x').split('spec:')
  const gate = `${head}spec:\n  templates: [{ templateName: shared }]\n`
  const tree = treeOf({ 'analysis/shared.yaml': template('shared', 'errors{app="a"}'), 'analysis/gate.yaml': gate })
  const nobody = () => Promise.reject(new Error('nobody is asked'))
  const judge = analysisJudge({
    clock: new VirtualClock(),
    fetch: nobody,
    prometheusOf: () => createPrometheus({ url: 'http://127.0.0.1:1', fetch: nobody }),
    head: async () => tree,
  })
  await expect(judge.judge(query, control)).rejects.toThrow(
    /^analysis\/shared\.yaml:8:\d+: the query of metric "errors" does not use/,
  )
})

test('requests that cannot be counted at once are counted a little later: the analysis is worth too much', async () => {
  const clock = new VirtualClock()
  let refusals = 0
  const answering: typeof fetch = async (_, init) => {
    const asked = Buffer.from(await new Response(init?.body ?? '').arrayBuffer()).toString()
    if (asked.includes('requests') && refusals++ < 6) return new Response('busy', { status: 503 })
    const [resultType, result] = asked.includes('last_over_time')
      ? ['vector', []]
      : asked.includes('requests')
        ? ['matrix', [{ metric: {}, values: [[1, '40']] }]]
        : ['vector', [{ metric: {}, value: [1, '0'] }]]
    return Response.json({ status: 'success', data: { resultType, result } })
  }
  const golden = template('golden', 'errors{cluster="{{args.cluster}}"}').replace(
    '      provider:',
    '      interval: 10s\n      count: 2\n      provider:',
  )
  const tree = treeOf({ 'analysis/golden.yaml': golden })
  const judge = analysisJudge({
    clock,
    fetch: answering,
    prometheusOf: () => createPrometheus({ url: 'http://127.0.0.1:1', fetch: answering }),
    head: async () => tree,
  })
  const analysis = { templates: ['golden'], args: {}, minimumRequests: 1, requests: 'requests' }
  const cluster = { name: 'canary', labels: {}, state: 'active' as const, prometheus: 'http://127.0.0.1:1' }
  const judged = await judge.judge({ ...query, cluster, analysis }, control)
  expect(judged.judgement).toMatchObject({ phase: 'Successful', requests: 40 })
})

test('a query that does not select one cluster is refused with its place', async () => {
  const check = async (query: string) => {
    const library = readGateTemplates(treeOf({ 'analysis/golden.yaml': template('golden', query) }), 'a')
    await requirePerCluster(requireTemplate(library, 'golden', 'a'))
  }
  await check('errors{cluster="{{args.cluster}}"}')
  await check('errors{cluster="{{ args.cluster }}"}')
  await expect(check('errors{app="a"}')).rejects.toThrow(
    /^analysis\/golden\.yaml:8:\d+: the query of metric "errors" does not use/,
  )
})
