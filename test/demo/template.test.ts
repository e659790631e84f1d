import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { parseDuration, readDocuments } from '../../configuration/index.ts'
import { pipelineOf, readFleet, shares, waveClusters } from '../../gitops/fleet/index.ts'
import { readPin } from '../../gitops/manifests/index.ts'
import { loadTemplates } from '../../rollouts/analysis/index.ts'
import { readDesired } from '../../scripts/demo/desired.ts'
import { filesBelow } from '../../scripts/demo/repositories.ts'
import { treeOf } from '../support/tree.ts'

const files = filesBelow(new URL('../../gitops/template', import.meta.url).pathname)
const tree = treeOf(files)
const fleet = readFleet(tree)
const names = fleet.clusters.map(({ name }) => name)

test('the fleet is one dev cluster, one canary and two primaries, 5% to the canary', () => {
  expect(fleet.clusters.map(({ name, role, state }) => `${name} ${role ?? '-'} ${state}`)).toEqual([
    'dev - active',
    'prod-eu1-a canary active',
    'prod-eu1-b primary active',
    'prod-eu1-c primary active',
  ])
  expect(Object.fromEntries(shares(fleet))).toEqual({ dev: 0, 'prod-eu1-a': 5, 'prod-eu1-b': 47.5, 'prod-eu1-c': 47.5 })
})

test('the pipeline goes to dev, the canary, then the primaries one at a time', () => {
  const pipeline = pipelineOf(tree, 'coolkit')
  expect(
    pipeline?.waves.map(wave => ({
      name: wave.name,
      batch: wave.batch,
      clusters: waveClusters(wave, fleet.clusters).map(({ name }) => name),
    })),
  ).toEqual([
    { name: 'dev', batch: undefined, clusters: ['dev'] },
    { name: 'canary', batch: undefined, clusters: ['prod-eu1-a'] },
    { name: 'primaries', batch: 1, clusters: ['prod-eu1-b', 'prod-eu1-c'] },
  ])
})

test('its gates wait as long as a node takes to come, and ask for more requests than the windows need', () => {
  const gates = (pipelineOf(tree, 'coolkit')?.waves ?? []).map(({ gate }) => gate)
  expect(gates.map(({ healthy }) => healthy.timeout)).toEqual([600_000, 600_000, 600_000])
  const path = 'analysis/golden-signals.yaml'
  const { templates } = loadTemplates(readDocuments(files[path] ?? '', path))
  expect(templates).toHaveLength(1)
  for (const { spec } of templates) {
    const least = Number(spec.args?.find(({ name }) => name === 'min-requests')?.value)
    for (const { interval = '', count = 1, provider } of spec.metrics ?? []) {
      const takes = (parseDuration(interval) ?? 0) * (Number(count) - 1)
      const [, window = ''] = /\[(\w+)\]/.exec(provider?.prometheus?.query ?? '') ?? []
      const inFullWindows = (least * takes) / (parseDuration(window) ?? 0)
      expect(gates[1]?.analysis?.minimumRequests).toBeGreaterThan(inFullWindows)
    }
  }
})

test.each(names)('%s has a pin of the pipeline’s image and a copy of base/', cluster => {
  const folder = `apps/coolkit/clusters/${cluster}`
  const file = `${folder}/kustomization.yaml`
  const image = pipelineOf(tree, 'coolkit')?.image ?? ''
  expect(readPin(files[file] ?? '', file, image)).toMatchObject({
    tag: 'sha-000000000000',
    digest: `sha256:${'0'.repeat(64)}`,
  })
  expect(tree.id(`${folder}/base`)).toBe(tree.id('apps/coolkit/base'))
})

test.each(names)('the demo’s agent reads the folder of %s', cluster => {
  const desired = readDesired('tree', file => files[`apps/coolkit/clusters/${cluster}/${file}`] ?? '')
  expect(desired).toEqual({
    folder: 'tree',
    image: { repository: 'ghcr.io/acme/coolkit', tag: 'sha-000000000000', digest: `sha256:${'0'.repeat(64)}` },
    replicas: 3,
    env: { CLUSTER: cluster, TRACK: cluster === 'prod-eu1-a' ? 'canary' : 'stable', COOLKIT_DELAY_MS: '0' },
  })
})

test('every query of an AnalysisTemplate selects one cluster and one digest', () => {
  const queries = JSON.stringify(load(files['analysis/golden-signals.yaml'] ?? '')).match(/"query":"(?:[^"\\]|\\.)*"/g)
  expect(queries).toHaveLength(3)
  for (const query of queries ?? []) {
    const selectors = query.match(/\{[^{}]*(?:\{\{[^}]*\}\}[^{}]*)+\}/g) ?? []
    expect(selectors.length).toBeGreaterThan(0)
    for (const selector of selectors) {
      expect(selector).toContain('{{args.cluster}}')
      expect(selector).toContain('{{args.digest}}')
    }
  }
})

test('a StatefulSet starts its replicas together', () => {
  expect(load(files['apps/coolkit/base/statefulset.yaml'] ?? '')).toMatchObject({
    kind: 'StatefulSet',
    spec: { podManagementPolicy: 'Parallel', replicas: 3 },
  })
})
