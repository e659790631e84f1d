import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { parseDuration, readDocuments } from '../../../configuration/index.ts'
import { pipelineOf, readFleet } from '../../../gitops/fleet/index.ts'
import { readPin, setPin } from '../../../gitops/manifests/index.ts'
import { loadTemplates, mergeTemplates } from '../../../rollouts/analysis/index.ts'
import {
  canarySteps,
  networkPolicy,
  rollout,
  scaledObject,
  sealedSecretPlaceholder,
  service,
} from '../../../rollouts/manifests/index.ts'
import { templateFiles } from '../../support/template.ts'
import { treeOf } from '../../support/tree.ts'

const files = templateFiles()
const tree = treeOf(files)
const clusters = readFleet(tree).clusters.map(({ name }) => name)
const folder = 'apps/storefront'
const pipeline = pipelineOf(tree, 'storefront')
const documents = (path: string) => readDocuments(files[path] ?? '', path)

const only = <T>(path: string, spec: z.ZodType<T>): T => z.object({ spec }).parse(documents(path)[0]?.value).spec

const app = { name: 'shop', image: 'ghcr.io/acme/shop' }
const small = { cpu: '100m', memory: '64Mi' }

test.each(clusters)('%s has a pin of the pipeline’s image and a copy of base/', cluster => {
  const file = `${folder}/clusters/${cluster}/kustomization.yaml`
  const text = files[file] ?? ''
  const image = pipeline?.image ?? ''
  expect(readPin(text, file, image)).toEqual({ tag: 'sha-000000000000', digest: `sha256:${'0'.repeat(64)}` })
  const pinned = setPin(text, file, image, { repository: image, tag: 'sha-1', digest: `sha256:${'1'.repeat(64)}` })
  expect(pinned.split('\n').filter((line, index) => line !== text.split('\n')[index])).toHaveLength(2)
  expect(tree.id(`${folder}/clusters/${cluster}/base`)).toBe(tree.id(`${folder}/base`))
})

test('a cluster has time for the Rollout’s own steps before it must be healthy', () => {
  const [{ value } = { value: undefined }] = documents(`${folder}/base/rollout.yaml`)
  const pauses = [...JSON.stringify(value).matchAll(/"duration":"(\w+)"/g)].map(
    ([, text = '']) => parseDuration(text) ?? 0,
  )
  const { templates } = loadTemplates(documents(`${folder}/base/analysis.yaml`))
  const analysis = templates
    .flatMap(({ spec }) => spec.metrics ?? [])
    .map(({ interval = '', count = 1 }) => (parseDuration(interval) ?? 0) * Number(count))
  const steps = pauses.reduce((sum, pause) => sum + pause, Math.max(...analysis))
  expect(steps).toBeGreaterThan(8 * 60_000)
  for (const { gate } of pipeline?.waves ?? []) expect(gate.healthy.timeout).toBeGreaterThan(1.5 * steps)
  // At the autoscaler's most, too, with a minute for those that are replaced together: to end, to start, to be Ready.
  const { maxReplicaCount: most } = only(`${folder}/base/scaled-object.yaml`, z.object({ maxReplicaCount: z.number() }))
  const canary = z.object({ maxUnavailable: z.templateLiteral([z.number(), '%']) })
  const { strategy } = only(`${folder}/base/rollout.yaml`, z.object({ strategy: z.object({ canary }) }))
  const together = Math.floor((most * Number.parseInt(strategy.canary.maxUnavailable, 10)) / 100)
  const replaced = Math.ceil(most / together) * 60_000
  for (const { gate } of pipeline?.waves ?? []) expect(gate.healthy.timeout).toBeGreaterThan(steps + replaced)
})

test('the Rollout gives its analysis every argument that has no value of its own', () => {
  const { templates } = loadTemplates(documents(`${folder}/base/analysis.yaml`))
  const needed = templates.flatMap(({ spec }) => spec.args ?? []).filter(({ value }) => value === undefined)
  expect(needed.map(({ name }) => name).sort()).toEqual(['cluster', 'service'])
  const [{ value } = { value: undefined }] = documents(`${folder}/base/rollout.yaml`)
  for (const { name } of needed) expect(JSON.stringify(value)).toContain(`{"name":"${name}","value`)
})

test('each gate’s templates are there, and get every argument', () => {
  for (const { gate } of pipeline?.waves ?? []) {
    if (!gate.analysis) continue
    const library = loadTemplates(gate.analysis.templates.flatMap(name => documents(`analysis/${name}.yaml`)))
    const reserved = { cluster: 'a', digest: 'sha256:new', 'stable-digest': 'sha256:old' }
    const { metrics } = mergeTemplates(library, {
      templates: gate.analysis.templates,
      args: { ...gate.analysis.args, ...reserved },
    })
    expect(metrics.length).toBeGreaterThan(2)
  }
})

test('a stage is a weight, a pause and an analysis; with a baseline, the former release anew until it is compared', () => {
  const analysis = { templates: ['judge'], args: { service: 'shop' } }
  const args = [
    { name: 'cluster', valueFrom: { fieldRef: { fieldPath: "metadata.labels['stovepipe.dev/cluster']" } } },
    { name: 'service', value: 'shop' },
  ]
  expect(
    canarySteps([
      { weight: 10, wait: 90, analysis },
      { weight: 50, wait: 120, baseline: { pods: 2, analysis } },
    ]),
  ).toEqual([
    { setWeight: 10 },
    { pause: { duration: '90s' } },
    { analysis: { templates: [{ templateName: 'judge' }], args } },
    { setWeight: 50 },
    { pause: { duration: '2m' } },
    {
      experiment: {
        templates: [{ name: 'baseline', specRef: 'stable', replicas: 2, metadata: { labels: { track: 'baseline' } } }],
        analyses: [{ name: 'judge', templateName: 'judge', requiredForCompletion: true, args }],
      },
    },
  ])
})

test('memory is requested as it is limited, and CPU has no limit', () => {
  const { template } = rollout(app, { ...small, stages: [] }).resource.spec ?? {}
  expect(template?.spec?.containers[0]?.resources).toEqual({
    requests: { cpu: '100m', memory: '64Mi' },
    limits: { memory: '64Mi' },
  })
})

test('a Rollout that is scaled has no replicas, and never more pods than were asked for', () => {
  const { spec } = rollout(app, { ...small, stages: [{ weight: 10, wait: 60 }] }).resource
  expect(spec).not.toHaveProperty('replicas')
  expect(spec?.strategy?.canary).toMatchObject({ maxSurge: 0, maxUnavailable: '25%' })
  expect(spec?.strategy?.canary).not.toHaveProperty('dynamicStableScale') // refused without traffic routing
})

test('with traffic routing the stable pods go as the canary comes', () => {
  const { spec } = rollout(app, {
    ...small,
    stages: [{ weight: 10, wait: 60 }],
    trafficRouting: { nginx: { stableIngress: 'shop' } },
    services: { stable: 'shop', canary: 'shop-canary' },
  }).resource
  expect(spec?.strategy?.canary).toMatchObject({
    dynamicStableScale: true,
    stableService: 'shop',
    canaryService: 'shop-canary',
  })
  expect(spec?.strategy?.canary).not.toHaveProperty('maxSurge')
})

test('probes and metrics are on the observability port, which no client reaches', () => {
  const ours = { ...app, observability: { port: 9000, health: '/up' } }
  const [container] = rollout(ours, { ...small, stages: [] }).resource.spec?.template?.spec?.containers ?? []
  expect(container?.ports).toContainEqual({ name: 'operations', containerPort: 9000 })
  expect(container?.readinessProbe?.httpGet).toEqual({ path: '/up', port: 'operations' })
  expect(container?.livenessProbe?.tcpSocket).toEqual({ port: 'operations' })
  expect(service(ours).resource.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(['http'])
  const [clients, prometheus] = networkPolicy(ours).resource.spec?.ingress ?? []
  expect(clients).toEqual({ ports: [{ port: 'http', protocol: 'TCP' }] })
  expect(prometheus?.ports).toEqual([{ port: 'operations', protocol: 'TCP' }])
  expect(prometheus?.from).toHaveLength(1)
})

test('a Prometheus that is away makes no release bad: while the ScaledObject falls back, Argo CD leaves its health out', () => {
  const { metadata, spec } = scaledObject(app, { min: 2, max: 10, requestsPerPod: 50 }).resource
  expect(spec?.fallback).toBeDefined()
  expect(metadata?.annotations).toEqual({ 'argocd.argoproj.io/ignore-healthcheck': 'true' })
})

test('it is scaled by the requests in its own namespace: those to its previews are in others', () => {
  const [trigger] = scaledObject(app, { min: 2, max: 10, requestsPerPod: 50 }).resource.spec?.triggers ?? []
  expect(trigger?.metadata.query).toBe('sum(rate(http_requests_total{app="shop",namespace="shop"}[2m]))')
})

test('it is scaled up at once, and down slowly', () => {
  const { advanced } = scaledObject(app, { min: 2, max: 10, requestsPerPod: 50 }).resource.spec ?? {}
  const { scaleUp, scaleDown } = advanced?.horizontalPodAutoscalerConfig?.behavior ?? {}
  expect(scaleUp?.stabilizationWindowSeconds).toBeLessThan(scaleDown?.stabilizationWindowSeconds ?? 0)
  const perMinute = (rules: typeof scaleUp) =>
    (rules?.policies ?? []).map(({ value, periodSeconds }) => (value * 60) / periodSeconds)
  expect(Math.min(...perMinute(scaleUp))).toBeGreaterThanOrEqual(8)
  expect(Math.min(...perMinute(scaleDown))).toBe(1)
})

test('kubeseal is told where the platform has its controller', () => {
  const [, namespace] =
    /component: sealed-secrets\n(?: .*\n)*? +namespace: (.*)/.exec(files['applicationsets/platform.yaml'] ?? '') ?? []
  expect(namespace).toBe('sealed-secrets')
  const commands = Object.entries(files).filter(([, text]) => /kubeseal --/.test(text))
  expect(commands.map(([path]) => path)).toEqual(
    expect.arrayContaining(['README.md', 'platform/sealed-secrets/values.yaml']),
  )
  for (const [, text] of commands) {
    expect(text.match(/kubeseal --.*/g)?.filter(line => !line.includes(`--controller-namespace ${namespace}`))).toEqual(
      [],
    )
  }
  expect(sealedSecretPlaceholder(app, 'shop-session', ['key']).comments?.map(({ text }) => text)).toEqual([
    'kubeseal --controller-namespace sealed-secrets --raw \\\n  --namespace shop --name shop-session --from-file=FILE-WITH-THE-VALUE',
  ])
})

test.each<[string, () => unknown, string]>([
  [
    'weights that do not grow',
    () =>
      canarySteps([
        { weight: 50, wait: 60 },
        { weight: 50, wait: 60 },
      ]),
    'must grow',
  ],
  ['a last stage of all pods', () => canarySteps([{ weight: 100, wait: 60 }]), 'must grow'],
  ['one pod', () => scaledObject(app, { min: 1, max: 3, requestsPerPod: 1 }), 'at least two'],
  ['more than the most', () => scaledObject(app, { min: 4, max: 3, requestsPerPod: 1 }), 'no more than the most'],
])('%s is refused', (_what, make, message) => {
  expect(make).toThrow(RangeError)
  expect(make).toThrow(message)
})
