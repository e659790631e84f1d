import { afterEach, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import type { Cluster, Gate } from '../../../gitops/fleet/index.ts'
import type { Observer } from '../../../gitops/promotion/index.ts'
import { RepositoryUnreachableError } from '../../../gitops/repository/index.ts'
import { systemClock } from '../../../host/index.ts'
import { type ObserverHost, openObserver } from '../../../steps/promote/observer.ts'
import { type Handler, kubeconfigFor, refuse, send, startScriptedApi } from '../../support/kubernetes/scripted.ts'
import { treeOf } from '../../support/tree.ts'

const digest = `sha256:${'a'.repeat(64)}`
const older = `sha256:${'b'.repeat(64)}`
const image = 'ghcr.io/acme/coolkit'
const pinnedAt = Date.parse('2026-01-01T12:00:00Z')

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Two commits: `old` pins the older digest, `new` what is asked about, from a mirror. */
const trees = Object.fromEntries(
  [
    ['0'.repeat(40), older],
    ['1'.repeat(40), digest],
    ['2'.repeat(40), digest],
  ].map(([commit = '', pinned]) => [commit, pinning(commit, pinned ?? '')]),
)

function pinning(commit: string, pinned: string) {
  const kustomization = `images:\n  - { name: ${image}, newName: mirror.local/coolkit, newTag: v1, digest: "${pinned}" }\n`
  return treeOf(
    {
      'apps/coolkit/pipeline.yaml': `apiVersion: stovepipe.dev/v1alpha1\nkind: Pipeline\nmetadata: { name: coolkit }\nspec:\n  image: ${image}\n  waves: [{ name: dev, clusters: {}, gate: { healthy: { timeout: 10m } } }]\n`,
      'apps/coolkit/clusters/dev/kustomization.yaml': kustomization,
      'apps/coolkit/clusters/dev/base/x.yaml': 'a: 1\n',
    },
    commit,
  )
}

const [old = '', current = '', newer = ''] = Object.keys(trees)

type World = {
  revision?: string
  applications?: number
  pods?: readonly object[]
  /** The kind of what made the pods. */
  parent?: string
  workload?: object | undefined
  sync?: object
}

function application({ revision = current, sync = {} }: World) {
  const resource = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'coolkit', name: 'web' }
  return {
    metadata: { name: 'coolkit.dev', namespace: 'argocd' },
    status: {
      sync: { status: 'Synced', revision, ...sync },
      health: { status: 'Healthy' },
      operationState: { phase: 'Succeeded', finishedAt: '2026-01-01T12:00:05Z' },
      resources: [resource, { version: 'v1', kind: 'Service', namespace: 'coolkit', name: 'web' }],
    },
  }
}

const deployment = {
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'coolkit', generation: 2 },
  spec: {
    replicas: 2,
    selector: {
      matchLabels: { app: 'coolkit' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
    },
    template: { spec: { containers: [{ name: 'app', image: `mirror.local/coolkit:v1@${digest}` }] } },
  },
  status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
}

const oldPod = {
  metadata: { name: 'web-old', namespace: 'coolkit' },
  spec: { containers: [{ name: 'app', image: `mirror.local/coolkit:v0@${older}` }] },
  status: { phase: 'Running' },
}

/** Answers as the hub's Kubernetes API, and as the cluster's. */
function kubernetes(world: World): Handler {
  return ({ method, path }, response) => {
    if (path === '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications' && method === 'GET') {
      return { items: Array.from({ length: world.applications ?? 1 }, () => application(world)) }
    }
    if (method === 'PATCH') return application(world)
    if (path === '/apis/apps/v1/namespaces/coolkit/deployments/web') {
      if ('workload' in world && !world.workload) return refuse(response, 404, 'NotFound', 'not found')
      return world.workload ?? deployment
    }
    if (path === '/api/v1/namespaces/coolkit/pods') return { items: world.pods ?? [] }
    return refuse(response, 500, 'InternalError', `unexpected ${path}`)
  }
}

/** Answers as Argo CD's API does. */
function argocd(world: World): Handler {
  return ({ path, query }, response) => {
    if (path === '/api/v1/applications')
      return { items: Array.from({ length: world.applications ?? 1 }, () => application(world)) }
    if (path === '/api/v1/applications/coolkit.dev') return application(world)
    if (path.endsWith('/resource-tree')) {
      return {
        nodes: (world.pods ?? []).map(() => ({
          kind: 'Pod',
          namespace: 'coolkit',
          name: 'web-old',
          images: [`mirror.local/coolkit:v0@${older}`],
          parentRefs: [{ group: '', kind: world.parent ?? 'ReplicaSet', namespace: 'coolkit', name: 'web-1' }],
        })),
      }
    }
    const object = query.get('kind') === 'Pod' ? oldPod : 'workload' in world ? world.workload : deployment
    if (!object) return send(response, 400, { message: 'Deployment web not found as part of application coolkit.dev' })
    return { manifest: JSON.stringify(object) }
  }
}

async function observe(kind: 'argocd' | 'kubernetes', handler: Handler, more: Partial<ObserverHost> = {}) {
  const api = await startScriptedApi(handler)
  closing.push(api.close)
  const kubeconfig = kubeconfigFor(api.url)
  const choice =
    kind === 'argocd'
      ? ({ kind, url: `${api.url}/`, token: 'argo-token' } as const)
      : ({ kind, hub: { kubeconfig, context: 'test' }, namespace: 'argocd' } as const)
  const observer = await openObserver(choice, {
    repository: { at: async commit => trees[commit] },
    clock: systemClock,
    fetch,
    kubernetes: { env: {}, cwd: '/', mask() {} },
    prometheusOf: () => {
      throw new Error('no Prometheus is asked')
    },
    ...more,
  })
  return { observer, api, health: () => ask(observer, api.url) }
}

function ask(observer: Observer, server: string) {
  const cluster: Cluster = { name: 'dev', labels: {}, state: 'active', server }
  const gate: Gate = { healthy: { timeout: 600_000, replicas: 1 }, soak: 0, deadline: 7_200_000, attempts: 3 }
  const query = {
    app: 'coolkit',
    cluster,
    image: { repository: image, tag: 'v1', digest },
    pinned: { commit: newer, at: pinnedAt },
    gate,
  }
  return observer.health(query, new AbortController().signal)
}

const observers = [
  ['kubernetes', kubernetes],
  ['argocd', argocd],
] as const

test.each(observers)(
  '%s: a pin that is synced, rolled out and alone is healthy, and the sync is proved',
  async (kind, play) => {
    const { health, observer } = await observe(kind, play({}))
    expect(observer.name).toBe(kind)
    expect(await health()).toEqual({
      kind: 'healthy',
      replicas: 2,
      provesSync: true,
      detail: `2 replicas of ${digest} in Deployment web at revision 1111111111, and no pod of another digest`,
    })
  },
)

test.each(observers)(
  '%s: Synced and Healthy at an older revision is nothing, and Argo CD is asked to refresh once',
  async (kind, play) => {
    const { health, api } = await observe(kind, play({ revision: old }))
    const expected = { kind: 'progressing', reason: 'Argo CD is at 0000000000, which does not hold this pin' }
    expect(await health()).toEqual(expected)
    expect(await health()).toEqual(expected)
    const refreshes = api.asked.filter(({ method, query }) => method === 'PATCH' || query.get('refresh') === 'normal')
    expect(refreshes).toHaveLength(1)
  },
)

test.each(observers)(
  '%s: what Argo CD lists and the cluster has not is waited for; so is a pod that is left',
  async (kind, play) => {
    const syncedAt = pinnedAt + 5000
    const gone = await observe(kind, play({ workload: undefined }))
    expect(await gone.health()).toEqual({ kind: 'progressing', reason: 'Deployment web is not there yet', syncedAt })
    const left = await observe(kind, play({ pods: [oldPod] }))
    expect(await left.health()).toEqual({ kind: 'progressing', reason: 'web-old still runs another digest', syncedAt })
  },
)

test('argocd: a pod that a CronJob began under the old pin is no hindrance', async () => {
  const { health } = await observe('argocd', argocd({ pods: [oldPod], parent: 'Job' }))
  expect(await health()).toMatchObject({ kind: 'healthy' })
})

test.each(observers)(
  '%s: no Application is waited for, two are no answer, nor is a revision that Git does not know',
  async (kind, play) => {
    expect(await (await observe(kind, play({ applications: 0 }))).health()).toEqual({
      kind: 'progressing',
      reason: 'Argo CD has no Application of coolkit on dev',
    })
    expect(await (await observe(kind, play({ applications: 2 }))).health()).toMatchObject({ kind: 'unknown' })
    expect(await (await observe(kind, play({ revision: 'f'.repeat(40) }))).health()).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/^Argo CD is at ffffffffff, which is not in/),
    })
  },
)

test.each(['kubernetes', 'argocd'] as const)(
  '%s: what may pass by itself is unknown, what a person must mend is said',
  async kind => {
    const faults: [Handler, object | RegExp][] = [
      [(_, response) => send(response, 503, 'away'), { kind: 'unknown' }],
      [(_, response) => send(response, 200, '<html>log in</html>', 'text/html'), { kind: 'unknown' }],
      [(_, response) => void response.destroy(), { kind: 'unknown' }],
      [
        () => ({ items: [{ metadata: { name: 'x' }, status: { sync: 7 } }] }),
        { kind: 'unknown', reason: expect.stringMatching(/cannot be read: status\.sync/) },
      ],
      [
        (_, response) => refuse(response, 401, 'Unauthorized', 'no'),
        /mint one for this run|must live as long as the run/,
      ],
      [
        (_, response) => refuse(response, 403, 'Forbidden', 'permission denied'),
        /permission denied\. (?:Allow list|Give a token)/,
      ],
    ]
    for (const [fault, expected] of faults) {
      const { health } = await observe(kind, fault)
      if (!(expected instanceof RegExp)) expect(await health()).toMatchObject(expected)
      else {
        const asked = health()
        await expect(asked).rejects.toBeInstanceOf(ConfigurationError)
        await expect(asked).rejects.toThrow(expected)
      }
    }
  },
)

test('the token goes to Argo CD, and to nobody it sends us on to', async () => {
  const elsewhere = await startScriptedApi(() => ({ items: [] }))
  closing.push(elsewhere.close)
  const { health, api } = await observe('argocd', (_, response) => {
    response.writeHead(302, { location: elsewhere.url }).end()
    return undefined
  })
  expect(await health()).toMatchObject({ kind: 'unknown' })
  expect(api.asked[0]?.headers.authorization).toBe('Bearer argo-token')
  expect(elsewhere.asked).toEqual([])
})

test('a repository out of reach is unknown, not bad', async () => {
  const at = () => Promise.reject(new RepositoryUnreachableError('no answer'))
  const { health } = await observe('kubernetes', kubernetes({}), { repository: { at } })
  expect(await health()).toEqual({ kind: 'unknown', reason: 'no answer' })
})

test('pods are asked for by the workload’s whole selector', async () => {
  const { health, api } = await observe('kubernetes', kubernetes({}))
  await health()
  const asked = api.asked.find(({ path }) => path.endsWith('/pods'))
  expect(asked?.query.get('labelSelector')).toBe('app=coolkit,tier in (a,b)')
})
