import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { renderFiles } from '../../../scripts/render/files.ts'
import { build, type Cluster, createOperatorCrds, eventually, parseManifest, startCluster } from '../simulator/index.ts'

const template = fileURLToPath(new URL('../../../gitops/template', import.meta.url))
const files = [...renderFiles()]
let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ name: 'manifests', rollouts: true })
  await createOperatorCrds(cluster.client)
}, 300_000)
afterAll(() => cluster?.stop())

describe('every rendered manifest is what the API server and the CRDs allow', () => {
  const own = files.filter(([file]) => !file.endsWith('kustomization.yaml') && !/\/clusters\/[^/]+\/base\//.test(file))

  test.each(own)('%s', async (_file, text) => {
    const objects = parseManifest(text)
    expect(objects).toHaveLength(1)
    for (const object of objects) await cluster.client.apply(object, { dryRun: true })
  })
})

describe('every folder that Argo CD renders with kustomize is, too', () => {
  const folders = readdirSync(`${template}/apps`).flatMap(app =>
    readdirSync(`${template}/apps/${app}/clusters`).map(name => [`apps/${app}/clusters/${name}`, app, name] as const),
  )

  test.each(folders)('%s', async (folder, app, name) => {
    const { stdout } = await promisify(execFile)(await build('kustomize'), ['build', `${template}/${folder}`])
    const objects = parseManifest(stdout)
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set([app]))
    await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app } })
    for (const object of objects) await cluster.client.apply(object, { dryRun: true })
    const rollouts = objects.filter(({ kind }) => kind === 'Rollout')
    expect(rollouts).toHaveLength(app === 'storefront' ? 1 : 0)
    for (const object of rollouts) expectTold(object, name)
    // Steps where there is traffic to judge them by.
    expect(stdout.includes('setWeight')).toBe(app === 'storefront' && name !== 'dev')
  })

  const previews = readdirSync(`${template}/platform/previews`, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'isolation')
    .map(({ name }) => `platform/previews/${name}`)

  test.each(previews)('%s', async folder => {
    const { stdout } = await promisify(execFile)(await build('kustomize'), ['build', `${template}/${folder}`])
    const objects = parseManifest(stdout)
    await cluster.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'preview' } })
    for (const object of objects) await cluster.client.apply(object, { dryRun: true })
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['NetworkPolicy', 'ResourceQuota', 'Service']),
    )
    const app = folder.slice(folder.lastIndexOf('/') + 1)
    expect(objects.find(({ kind }) => kind === 'PodMonitor')).toMatchObject({
      spec: {
        podMetricsEndpoints: [
          {
            honorLabels: false,
            relabelings: [
              { targetLabel: 'app', replacement: app },
              { targetLabel: 'cluster', replacement: 'preview' },
              { targetLabel: 'track', replacement: 'preview' },
            ],
          },
        ],
      },
    })
  })
})

test('the controller has nothing against the Rollout, its steps and the analysis that they name', async () => {
  const { stdout } = await promisify(execFile)(await build('kustomize'), [
    'build',
    `${template}/apps/storefront/clusters/prod-eu1-a`,
  ])
  for (const object of parseManifest(stdout)) await cluster.client.apply(object)
  const reference = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'storefront', namespace: 'storefront' },
  }
  const seen = await eventually('the controller has seen the Rollout', async () => {
    const { status } = rolloutStatus.parse(await cluster.client.get(reference))
    return status?.observedGeneration !== undefined && status.conditions !== undefined && status
  })
  expect(seen.conditions?.map(({ type }) => type)).not.toContain('InvalidSpec')
  expect(seen.phase).toBe('Progressing') // it waits for pods, which nobody here makes
  const invalid = { spec: { strategy: { canary: { dynamicStableScale: true } } } }
  await cluster.client.patch(reference, invalid)
  await eventually('what the controller refuses is an InvalidSpec', async () => {
    const { status } = rolloutStatus.parse(await cluster.client.get(reference))
    return status?.conditions?.some(({ type, message }) => type === 'InvalidSpec' && /dynamicStableScale/.test(message))
  })
})

test('a field that a CRD does not know, or a value that it does not allow, is refused: the tests above can fail', async () => {
  const [scaled = ''] = files.filter(([file]) => file.endsWith('base/scaled-object.yaml')).map(([, text]) => text)
  const [signals = ''] = files.filter(([file]) => file.startsWith('analysis/')).map(([, text]) => text)
  const [rollout = ''] = files.filter(([file]) => file.endsWith('base/rollout.yaml')).map(([, text]) => text)
  for (const [text, from, to, complaint] of [
    [scaled, 'maxReplicaCount', 'maxReplicas', 'maxReplicas'],
    [scaled, 'currentReplicasIfHigher', 'whatever', 'spec.fallback.behavior'],
    [rollout, 'setWeight: 25', 'setWeight: heavy', 'setWeight'],
    [rollout, 'sleep:', 'nap:', 'nap'],
    [signals, 'successCondition', 'sucessCondition', 'sucessCondition'],
  ] as const) {
    expect(text).toContain(from)
    const [object] = parseManifest(text.replace(from, to))
    if (!object) throw new Error('no object')
    await expect(cluster.client.apply(object, { dryRun: true })).rejects.toThrow(complaint)
  }
})

const rolloutStatus = z.object({
  status: z
    .object({
      observedGeneration: z.string().optional(),
      phase: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), message: z.string() })).optional(),
    })
    .optional(),
})

const rollout = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()), annotations: z.record(z.string(), z.string()) }),
      spec: z.object({
        containers: z.tuple([
          z.object({ image: z.string(), env: z.array(z.object({ name: z.string(), value: z.string().optional() })) }),
        ]),
      }),
    }),
  }),
})

/** The image with its pin is told to the container and on the pod, the cluster's name on the Rollout and on the pod. */
function expectTold(object: unknown, cluster: string): void {
  const { metadata, spec } = rollout.parse(object)
  const [{ image, env }] = spec.template.spec.containers
  expect(image).toBe(`ghcr.io/acme/storefront:sha-${'0'.repeat(12)}@sha256:${'0'.repeat(64)}`)
  expect(env).toContainEqual({ name: 'DEPLOYED_IMAGE', value: image })
  expect(spec.template.metadata.annotations).toEqual({ 'stovepipe.dev/image': image })
  expect(metadata.labels).toMatchObject({ 'stovepipe.dev/cluster': cluster })
  expect(spec.template.metadata.labels).toMatchObject({ 'stovepipe.dev/cluster': cluster })
}
