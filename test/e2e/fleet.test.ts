import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { templateFiles } from '../support/template.ts'
import { testObservers } from './promotion/observers.ts'
import {
  type Application,
  applications,
  applyTemplate,
  availableSoon,
  createGitOpsRepository,
  describeApplication,
  eventually,
  type Fleet,
  fallBack,
  type GitOpsRepository,
  refreshed,
  refreshSet,
  settled,
  startFleet,
  startPullRequestApi,
  templateApps,
  templateClusters,
} from './simulator/index.ts'

let clusters: string[]
let fleet: Fleet
let repository: GitOpsRepository

beforeAll(async () => {
  clusters = await templateClusters()
  fleet = await startFleet(
    'fleet',
    clusters.map(name => ({ name })),
  )
  const folder = 'apps/storefront/clusters'
  const stepping = templateFiles()[`${folder}/prod-eu1-a/kustomization.yaml`]?.replaceAll('prod-eu1-a', 'dev')
  repository = await createGitOpsRepository(join(fleet.folder, 'gitops.git'), {
    ...availableSoon(),
    [`${folder}/dev/kustomization.yaml`]: stepping, // dev takes the canary's steps, for the observers' tests
  })
  await applyTemplate(fleet.hub, repository)
}, 300_000)
afterAll(() => fleet?.stop())

test('every app becomes an Application on every cluster, Synced and Healthy', async () => {
  const head = await repository.head()
  const apps = await waitFor('stovepipe.dev/app', all => all.length > 0 && all.every(app => settled(app, head)))
  const wanted = (await templateApps()).flatMap(app => clusters.map(cluster => `${app}.${cluster}`))
  expect(apps.map(({ metadata }) => metadata.name)).toEqual(wanted)
}, 180_000)

describe('what promote sees of a cluster', () => {
  testObservers(() => ({ fleet, repository }))
})

test('while Prometheus is away, which Argo CD finds wrong with the ScaledObject, the app stays Healthy', async () => {
  const { client } = fleet.clusters.dev ?? fleet.hub
  const scaled = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: namedStorefront }
  const name = 'storefront.dev'
  await fallBack(client, scaled, true)
  await eventually('Argo CD finds the ScaledObject Degraded', async () => {
    const { url, token } = fleet.argocd
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/api/v1/applications/${name}/resource-tree`, { headers })
    const { nodes } = resourceTree.parse(await response.json())
    return nodes.find(({ kind }) => kind === 'ScaledObject')?.health?.status === 'Degraded'
  })
  await refreshed(fleet.hub.client, name)
  const [app] = await applications(fleet.hub.client, 'stovepipe.dev/app=storefront,stovepipe.dev/cluster=dev')
  expect(app?.status.health?.status).toBe('Healthy')
  await fallBack(client, scaled, false)
}, 120_000)

test('deleting a cluster’s file and an app’s folder leaves what runs there alone', async () => {
  const [cluster = ''] = clusters.slice(-1)
  const folder = `apps/coolkit/clusters/${cluster}/`
  const files = (await repository.git('ls-tree', '-r', '--name-only', 'refs/heads/main', folder)).trim().split('\n')
  const removed = Object.fromEntries([`clusters/${cluster}.yaml`, ...files].map(file => [file, undefined]))
  // A change to another cluster with it: once it is seen twice, all that the first round did is done.
  const dev = (await repository.read('clusters/dev.yaml')) ?? ''
  for (const environment of ['once', 'twice']) {
    const changed = dev.replace('environment: dev', `environment: ${environment}`)
    await repository.commit({ ...removed, 'clusters/dev.yaml': changed })
    for (const set of ['apps', 'namespaces']) await refreshSet(fleet.hub.client, set)
    await waitFor('stovepipe.dev/cluster=dev', all =>
      all.every(({ metadata }) => metadata.labels['stovepipe.dev/environment'] === environment),
    )
  }
  const left = await applications(fleet.hub.client, `stovepipe.dev/cluster=${cluster}`)
  expect(left.map(({ metadata }) => metadata.name)).toEqual(
    [...(await templateApps()).map(app => `${app}.${cluster}`), `platform.namespaces.${cluster}`].sort(),
  )
  const running = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'coolkit', namespace: 'coolkit' } }
  expect(await fleet.clusters[cluster]?.client.get(running)).toMatchObject({ status: { readyReplicas: 3 } })
}, 180_000)

test('a preview comes with its label and goes, with its namespace, when the pull request is closed', async () => {
  const github = await startPullRequestApi('github-app-previews')
  const { client } = fleet.clusters.dev ?? fleet.hub
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'preview-coolkit-pr-7' } }
  try {
    const head = 'abcdef0123456789abcdef0123456789abcdef01'
    github.open['acme/coolkit'] = [
      { number: 7, head, labels: ['preview-ready'] },
      { number: 8, head, labels: ['bug'] },
    ]
    await fleet.hub.client.apply(github.secret)
    await applyTemplate(fleet.hub, repository, ['previews'])
    const previews = await waitFor('stovepipe.dev/preview', ([app]) => app !== undefined && settled(app))
    expect(previews.map(({ metadata }) => metadata.name)).toEqual(['preview-coolkit-pr-7'])
    expect(JSON.stringify(await client.list('v1', 'Pod', { namespace: 'preview-coolkit-pr-7' }))).toContain(
      '"image":"ghcr.io/acme/coolkit:sha-abcdef012345"',
    )

    github.open['acme/coolkit'] = []
    await refreshSet(fleet.hub.client, 'previews')
    await waitFor('stovepipe.dev/preview', all => all.length === 0)
    await eventually('the namespace is gone', async () => (await client.get(namespace)) === undefined)
  } finally {
    await github.close()
  }
}, 180_000)

test('the platform’s charts become Applications; without a way to their repositories they are not synced', async () => {
  await applyTemplate(fleet.hub, repository, ['platform'])
  const rest = clusters.slice(0, -1) // the last one lost its file above
  const components = await waitFor('stovepipe.dev/component,stovepipe.dev/component!=namespaces', all =>
    rest.every(cluster => all.some(app => app.metadata.labels['stovepipe.dev/cluster'] === cluster)),
  )
  expect(components.filter(({ status }) => status.sync?.status === 'Synced')).toEqual([])
  console.log(`${components.length} Applications of Helm charts made, none synced: the tests reach no chart repository`)
}, 180_000)

const namedStorefront = { name: 'storefront', namespace: 'storefront' }
const resourceTree = z.object({
  nodes: z.array(z.object({ kind: z.string(), health: z.object({ status: z.string().optional() }).optional() })),
})

/** Waits until the Applications that a selector picks are as wanted. */
function waitFor(selector: string, wanted: (all: Application[]) => boolean): Promise<Application[]> {
  return eventually(
    `the Applications with ${selector} are as wanted`,
    async () => {
      const all = await applications(fleet.hub.client, selector)
      return wanted(all) && all
    },
    {
      timeout: 150_000,
      interval: 500,
      seen: async () => `\n${(await applications(fleet.hub.client, selector)).map(describeApplication).join('\n')}`,
    },
  )
}
