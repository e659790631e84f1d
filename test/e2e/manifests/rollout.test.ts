import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { applicationSchema, assess, workloadSchema } from '../../../gitops/health/index.ts'
import {
  type App,
  analysisTemplate,
  errorRatio,
  errorsAgainst,
  type Manifest,
  rollout,
  toYaml,
  track,
} from '../../../rollouts/manifests/index.ts'
import { type RealPrometheus, series, startPrometheus } from '../../support/prometheus/real.ts'
import { type Cluster, eventually, type KubernetesObject, parseManifest, startCluster } from '../simulator/index.ts'

/** Two apps whose canaries answer as their names say; Prometheus knows their requests from now on, for half an hour. */
const good: App = { name: 'good', image: 'ghcr.io/acme/good' }
const bad: App = { name: 'bad', image: 'ghcr.io/acme/bad' }
/** One that nobody asks anything, and one whose Prometheus is out of reach. */
const quiet: App = { name: 'quiet', image: 'ghcr.io/acme/quiet' }
const lost: App = { name: 'lost', image: 'ghcr.io/acme/lost' }
/** One of so few pods that a quarter is none, and one of enough for two at a time. */
const few: App = { name: 'few', image: 'ghcr.io/acme/few' }
const many: App = { name: 'many', image: 'ghcr.io/acme/many' }
const cluster = 'here'
const digest = `sha256:${'1'.repeat(64)}`

let kubernetes: Cluster
let prometheus: RealPrometheus

beforeAll(async () => {
  prometheus = await startPrometheus(`${requests(good, 0.001)}${requests(bad, 0.1)}# EOF\n`)
  kubernetes = await startCluster({ name: 'rollout', rollouts: true, workloads: true })
  await apply(
    analysisTemplate('canary', {
      about: 'As the template’s second app has it, with less patience.',
      signals: [errorRatio({ of: track('canary') }), errorsAgainst(track('stable'), { of: track('canary') })],
      timing: { interval: 2, count: 3 },
    }),
  )
  await apply(
    analysisTemplate('baseline', {
      about: 'The canary beside the former release, which was started anew.',
      signals: [errorsAgainst(track('baseline'), { of: track('canary') })],
      timing: { interval: 2, count: 3, delay: 3 },
    }),
  )
  const apps = [good, bad, quiet, lost]
  for (const app of apps) await apply(manifestOf(app, 'sha-1'))
  await apply(withoutSteps(few, 'sha-1', 3))
  await apply(withoutSteps(many, 'sha-1', 8))
  for (const app of [...apps, few, many]) await phaseOf(app, 'Healthy')
}, 300_000)
afterAll(async () => {
  await kubernetes?.stop()
  await prometheus?.close()
})

test('a good release passes its analysis, becomes stable pod by pod, and there are never more pods than asked for', async () => {
  for (const app of [good, quiet, lost]) await apply(manifestOf(app, 'sha-2'))
  await apply(withoutSteps(few, 'sha-2', 3)) // for the last tests, meanwhile
  await apply(withoutSteps(many, 'sha-2', 8))
  let most = 0
  const tracks = new Set<string>()
  await eventually(
    'the release is stable',
    async () => {
      const pods = await podsOf(good)
      most = Math.max(most, pods.filter(({ metadata }) => metadata.labels.track !== 'baseline').length)
      for (const { metadata, spec } of pods) {
        tracks.add(`${metadata.labels.track} ${spec.containers[0].image.split(/[:@]/)[1]}`)
      }
      const { status } = await read(good)
      return (
        status.phase === 'Healthy' &&
        status.currentPodHash === status.stableRS &&
        pods.every(({ spec }) => spec.containers[0].image.includes(':sha-2@'))
      )
    },
    { timeout: 150_000 },
  )
  expect(most).toBe(4)
  expect([...tracks]).toEqual(expect.arrayContaining(['stable sha-1', 'canary sha-2', 'baseline sha-1']))
  await eventually('every pod says that it is stable', async () =>
    (await podsOf(good)).every(({ metadata }) => metadata.labels.track === 'stable'),
  )
  expect(await analyses(good)).toEqual(['Successful', 'Successful'])
}, 170_000)

test('a bad release is aborted by its analysis, which says why, and the stable pods have all the traffic again', async () => {
  await apply(manifestOf(bad, 'sha-2'))
  await phaseOf(bad, 'Degraded')
  const { status } = await read(bad)
  expect(status.abort).toBe(true)
  expect(status.message).toContain('Metric "error-ratio" assessed Failed')
  expect(await analyses(bad)).toEqual(['Failed'])
  await eventually('only the former release is left', async () => {
    const pods = await podsOf(bad)
    return pods.length === 4 && pods.every(({ spec }) => spec.containers[0].image.includes(':sha-1@'))
  })
}, 120_000)

test.each([
  { app: quiet, phase: 'Paused', reason: 'Rollout quiet paused by an inconclusive analysis' },
  { app: lost, phase: 'Degraded', reason: 'Rollout lost was aborted without a verdict' },
])(
  '$app.name: what its analysis leaves undecided is no verdict on the release',
  async ({ app, phase, reason }) => {
    await phaseOf(app, phase)
    const rollout = workloadSchema.parse(await kubernetes.client.get(reference(app)))
    const degraded = { health: { status: 'Degraded', lastTransitionTime: new Date().toISOString() } }
    const health = assess({
      application: applicationSchema.parse({ metadata: { name: app.name }, status: degraded }),
      sync: { kind: 'synced', revision: 'a'.repeat(40), since: Date.now() - 3_600_000 },
      workloads: [rollout],
      missing: [],
      pods: [],
      wanted: { repository: app.image, digest },
      now: Date.now(),
    })
    expect(health).toEqual({ kind: 'undecided', reason: expect.stringContaining(reason) })
  },
  180_000,
)

test.each([
  { app: few, pods: 3, away: 1 },
  { app: many, pods: 8, away: 2 },
])(
  'of $pods pods $away at a time are replaced, and never more are there',
  async ({ app, pods, away }) => {
    await eventually(
      `${app.name} is replaced`,
      async () =>
        (await podsOf(app)).every(({ spec }) => spec.containers[0].image.includes(':sha-2@')) &&
        (await read(app)).status.phase === 'Healthy',
      { timeout: 150_000 },
    )
    const steps = await scalings(app)
    // The controller goes on when a pod is ready, so not each step is a whole one; the first one is.
    const gone = steps.filter(({ revision, from, to }) => revision === 1 && to < from).map(({ from, to }) => from - to)
    expect(gone[0]).toBe(away)
    expect(Math.max(...gone)).toBe(away)
    // In the order in which they happened: what is there of both revisions.
    const there = new Map<number, number>()
    const sums = steps.map(({ revision, to }) => {
      there.set(revision, to)
      return [...there.values()].reduce((sum, count) => sum + count, 0)
    })
    expect(Math.max(...sums)).toBe(pods)
  },
  170_000,
)

/** With the label that a cluster's kustomization gives it, and as many pods as a ScaledObject would ask for. */
function manifestOf(app: App, tag: string): Manifest {
  const args = { service: app.name, prometheus: app === lost ? 'http://127.0.0.1:1' : prometheus.url }
  const { resource } = rollout(
    { ...app, image: `${app.image}:${tag}@${digest}` },
    {
      cpu: '100m',
      memory: '64Mi',
      replicas: 4,
      stages: [
        {
          weight: 25,
          wait: 2,
          analysis: { templates: ['canary'], args },
        },
        {
          weight: 50,
          wait: 2,
          baseline: {
            pods: 1,
            analysis: { templates: ['baseline'], args },
          },
        },
      ],
    },
  )
  return { resource: { ...resource, metadata: { name: app.name, labels: { 'stovepipe.dev/cluster': cluster } } } }
}

/** All of its pods at once, as on a cluster without traffic to judge by. */
function withoutSteps(app: App, tag: string, replicas: number): Manifest {
  return rollout(
    { ...app, image: `${app.image}:${tag}@${digest}` },
    { cpu: '100m', memory: '64Mi', replicas, stages: [] },
  )
}

const eventList = z.object({
  items: z.array(
    z.object({
      involvedObject: z.object({ name: z.string() }),
      reason: z.string().default(''),
      message: z.string().default(''),
      metadata: z.object({ name: z.string() }),
    }),
  ),
})

/** How the controller scaled an app's revisions, in order: the first ten times, as it puts later events into one. */
async function scalings({ name }: App): Promise<{ revision: number; from: number; to: number }[]> {
  const { items } = eventList.parse(await kubernetes.client.list('v1', 'Event', { namespace: 'default' }))
  return items
    .filter(({ involvedObject, reason }) => involvedObject.name === name && reason === 'ScalingReplicaSet')
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)) // which ends in the time, in nanoseconds
    .flatMap(({ message }) => {
      if (message.startsWith('(combined from similar events)')) return []
      const [, revision, from, to] = /\(revision (\d+)\) from (\d+) to (\d+)/.exec(message) ?? []
      return revision === undefined ? [] : [{ revision: Number(revision), from: Number(from), to: Number(to) }]
    })
}

/** Both tracks of an app, 20 requests a second each; this part of the canary's fail. */
function requests({ name }: App, failed: number): string {
  const now = Math.floor(Date.now() / 1000)
  const ticks = Array.from({ length: 80 }, (_, index) => now - 600 + 30 * index)
  const counter = (on: string, code: string, rate: number) =>
    series(
      `http_requests_total{app="${name}",cluster="${cluster}",track="${on}",code="${code}"}`,
      ticks.map(tick => [tick, 1000 + rate * (tick - now + 600)]),
    )
  return [
    counter('stable', '200', 20),
    counter('stable', '500', 0.01),
    counter('baseline', '200', 20),
    counter('canary', '200', 20 * (1 - failed)),
    counter('canary', '500', 20 * failed),
  ].join('')
}

async function apply(manifest: Manifest): Promise<void> {
  for (const object of parseManifest(toYaml(manifest))) await kubernetes.client.apply(object)
}

const reference = ({ name }: App): KubernetesObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, namespace: 'default' },
})

const rolloutSchema = z.object({
  metadata: z.object({ generation: z.number() }),
  status: z
    .object({
      phase: z.string().default(''),
      message: z.string().default(''),
      abort: z.boolean().default(false),
      observedGeneration: z.string().default(''),
      currentPodHash: z.string().default(''),
      stableRS: z.string().default(''),
    })
    .prefault({}),
})

async function read(app: App) {
  return rolloutSchema.parse(await kubernetes.client.get(reference(app)))
}

async function phaseOf(app: App, phase: string): Promise<void> {
  await eventually(
    `${app.name} is ${phase}`,
    async () => {
      const { metadata, status } = await read(app)
      return status.observedGeneration === String(metadata.generation) && status.phase === phase
    },
    { timeout: 100_000, seen: async () => JSON.stringify((await read(app)).status) },
  )
}

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }),
    }),
  ),
})

/** The pods of an app that are not on their way out. */
async function podsOf({ name }: App) {
  const selector = `app.kubernetes.io/name=${name}`
  const { items } = podList.parse(await kubernetes.client.list('v1', 'Pod', { namespace: 'default', selector }))
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

const runList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), status: z.object({ phase: z.string() }) })),
})

/** The phases of an app's AnalysisRuns. */
async function analyses({ name }: App): Promise<string[]> {
  const { items } = runList.parse(
    await kubernetes.client.list('argoproj.io/v1alpha1', 'AnalysisRun', { namespace: 'default' }),
  )
  return items.filter(({ metadata }) => metadata.name.startsWith(`${name}-`)).map(({ status }) => status.phase)
}
