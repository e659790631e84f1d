import { expect, test } from '@jest/globals'
import { readGateTemplates, requirePerCluster, requireTemplate } from '../../../steps/promote/gate-templates.ts'
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
