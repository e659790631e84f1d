import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cluster, readManifests, startCluster } from './simulator/index.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ name: 'template', rollouts: true })
})
afterAll(() => cluster?.stop())

test('the AnalysisTemplates of the template are what the CRDs of Argo Rollouts allow', async () => {
  const templates = await readManifests(fileURLToPath(new URL('../../gitops/template/analysis', import.meta.url)))
  expect(templates.length).toBeGreaterThan(0)
  for (const template of templates) await cluster.client.apply(template, { dryRun: true })
})

test('a field that the CRDs do not know is refused, so the test above can fail', async () => {
  const misspelt = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'misspelt' },
    spec: { metrics: [{ name: 'a', sucessCondition: 'true', provider: { prometheus: { query: 'up' } } }] },
  }
  await expect(cluster.client.apply(misspelt, { dryRun: true })).rejects.toThrow('sucessCondition')
})
