import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  type Application,
  applications,
  availableSoon,
  createGitOpsRepository,
  describeApplication,
  eventually,
  type Fleet,
  type GitOpsRepository,
  parseManifest,
  refresh,
  settled,
  startFleet,
  startPullRequestApi,
} from '../simulator/index.ts'
import { ask, errorOf, hubSecret, identities, look, onlyClusters, setReference } from './hub.ts'
import { files } from './template.ts'

const clusters = ['dev', 'prod-eu1-a']
const apps = 'stovepipe.dev/app'
let fleet: Fleet
let repository: GitOpsRepository

beforeAll(async () => {
  fleet = await startFleet(
    'applicationsets',
    clusters.map(name => ({ name })),
  )
  const changes = { ...availableSoon(), ...onlyClusters(clusters) }
  repository = await createGitOpsRepository(join(fleet.folder, 'gitops.git'), changes)
}, 300_000)
afterAll(() => fleet?.stop())

test('the root, applied once, brings projects and ApplicationSets, and they every app on every cluster', async () => {
  const { hub } = fleet
  await hub.client.apply(hubSecret(hub))
  const root = (await repository.read('bootstrap/root.yaml'))?.replaceAll('name: in-cluster', 'name: hub')
  for (const object of parseManifest(root ?? '')) await hub.client.apply(object)

  const wanted = ['coolkit', 'storefront'].flatMap(app => clusters.map(cluster => `${app}.${cluster}`))
  const all = await waitFor(apps, found => found.length === wanted.length && found.every(app => settled(app)))
  expect(all.map(({ metadata }) => metadata.name)).toEqual(wanted)
  const namespaces = await waitFor('stovepipe.dev/component=namespaces', found => found.every(app => settled(app)))
  expect(namespaces).toHaveLength(clusters.length)
  const [itself] = (await applications(hub.client)).filter(({ metadata }) => metadata.name === 'stovepipe')
  expect(itself?.status.sync?.status).toBe('Synced')
  // Only previews want something that is not in Git: the key of their GitHub App.
  for (const set of ['apps', 'namespaces', 'platform']) expect(await errorOf(hub.client, set)).toBeUndefined()
  expect(await errorOf(hub.client, 'previews')).toContain('github-app-previews')
}, 300_000)

test('draining every cluster, or making it inactive, changes no Application', async () => {
  const before = await identities(fleet.hub.client, apps)
  for (const state of ['draining', 'inactive', 'joining', 'active']) {
    await repository.commit(editClusters(text => text.replace(/state: \w+/, `state: ${state}`)))
    await look(fleet.hub.client, 'apps')
    expect(await identities(fleet.hub.client, apps)).toEqual(before)
  }
}, 180_000)

test('a key mistyped in one cluster’s file stops the set, with its reason, and every Application stays', async () => {
  const before = await identities(fleet.hub.client, apps)
  const good = files['clusters/prod-eu1-a.yaml'] ?? ''
  await repository.commit({ 'clusters/prod-eu1-a.yaml': good.replace('environment:', 'enviroment:') })
  await ask(fleet.hub.client, 'apps')
  const reason = await eventually('the set has stopped', () => errorOf(fleet.hub.client, 'apps'))
  expect(reason).toContain('map has no entry for key "environment"')
  expect(await identities(fleet.hub.client, apps)).toEqual(before)
  expect(JSON.stringify(await applications(fleet.hub.client))).not.toContain('<no value>')

  await repository.commit({ 'clusters/prod-eu1-a.yaml': good })
  await look(fleet.hub.client, 'apps')
  await eventually('the set goes on', async () => (await errorOf(fleet.hub.client, 'apps')) === undefined)
}, 180_000)

test('without any cluster file the set is empty, without an error, and every Application stays', async () => {
  const before = await identities(fleet.hub.client, apps)
  await repository.commit(Object.fromEntries(clusters.map(cluster => [`clusters/${cluster}.yaml`, undefined])))
  for (const set of ['apps', 'namespaces']) {
    await look(fleet.hub.client, set)
    expect(await errorOf(fleet.hub.client, set)).toBeUndefined()
  }
  expect(await identities(fleet.hub.client, apps)).toEqual(before)
  expect(Object.keys(await identities(fleet.hub.client, 'stovepipe.dev/component=namespaces'))).toHaveLength(2)
  await repository.commit(editClusters(text => text))
  await look(fleet.hub.client, 'apps')
}, 180_000)

test('a set that claims what another set made is told so, and changes nothing', async () => {
  const before = await identities(fleet.hub.client, apps)
  const text = (await repository.read('applicationsets/apps.yaml'))?.replace('name: apps', 'name: second')
  const [second] = parseManifest(text ?? '')
  if (second === undefined) throw new Error('apps.yaml holds nothing')
  await fleet.hub.client.apply(second)
  const reason = await eventually('the second set is refused', () => errorOf(fleet.hub.client, 'second'))
  expect(reason).toContain('already owned by another ApplicationSet controller apps')
  await fleet.hub.client.remove(setReference('second'))
  await eventually('the second set is gone', async () => !(await fleet.hub.client.get(setReference('second'))))
  expect(await identities(fleet.hub.client, apps)).toEqual(before)
}, 180_000)

test('an ApplicationSet that is deleted leaves its Applications, and takes them up again when it is back', async () => {
  const before = await identities(fleet.hub.client, apps)
  await fleet.hub.client.patch(rootReference, { spec: { syncPolicy: { automated: null } } }) // or it is back at once
  await fleet.hub.client.remove(setReference('apps'))
  await eventually('the set is gone', async () => !(await fleet.hub.client.get(setReference('apps'))))
  const left = await identities(fleet.hub.client, apps)
  expect(left).toEqual(
    Object.fromEntries(Object.entries(before).map(([name, id]) => [name, id.replace(' ApplicationSet/apps', '')])),
  )
  for (const object of parseManifest((await repository.read('applicationsets/apps.yaml')) ?? '')) {
    await fleet.hub.client.apply(object)
  }
  await eventually('they are the set’s again', async () => same(await identities(fleet.hub.client, apps), before))
}, 180_000)

test('what the project does not allow is refused by name, and a revert does not wait for the retries', async () => {
  const path = 'apps/coolkit/clusters/dev/kustomization.yaml'
  const good = (await repository.read(path)) ?? ''
  const bad = { [path]: good.replace('resources:\n', 'resources:\n  - more.yaml\n') }
  const more = ['kind: Secret\nmetadata: { name: a }', 'kind: Namespace\nmetadata: { name: b }']
  const manifests = more.map(object => `apiVersion: v1\n${object}\n`).join('---\n')
  await repository.commit({ ...bad, 'apps/coolkit/clusters/dev/more.yaml': manifests })
  await refresh(fleet.hub.client, 'coolkit.dev')
  const [refused] = await waitFor(dev, ([app]) => Boolean(app?.status.operationState?.message?.includes('Retrying')))
  expect(refused?.status.operationState?.phase).toBe('Running')
  const results = JSON.stringify(await fleet.hub.client.get(applicationReference('coolkit.dev')))
  for (const kind of ['Secret', 'Namespace'])
    expect(results).toContain(`resource :${kind} is not permitted in project apps`)

  const head = await repository.commit({ [path]: good, 'apps/coolkit/clusters/dev/more.yaml': undefined })
  await refresh(fleet.hub.client, 'coolkit.dev')
  // Synced at once, for nothing of the bad commit was applied; its operation goes on until its next retry.
  await waitFor(dev, ([app]) => app !== undefined && settled(app, head))
  await eventually('the retry has taken the newest commit', async () => {
    const { status } = operated.parse(await fleet.hub.client.get(applicationReference('coolkit.dev')))
    const { phase, syncResult } = status.operationState
    return phase === 'Succeeded' && syncResult?.revision === head
  })
}, 180_000)

test('replicas that an autoscaler set stay, and those that anybody else set go back to what Git says', async () => {
  const { client } = fleet.clusters.dev ?? fleet.hub
  const path = '/apis/apps/v1/namespaces/coolkit/statefulsets/coolkit'
  const replicas = async () => scaled.parse(await client.request('GET', path)).spec.replicas
  const scale = (manager: string, count: number) =>
    client.request(
      'PATCH',
      `${path}/scale?fieldManager=${manager}`,
      { spec: { replicas: count } },
      'application/merge-patch+json',
    )
  await scale('kubectl', 5)
  await refresh(fleet.hub.client, 'coolkit.dev')
  await eventually('Git’s number is back', async () => (await replicas()) === 3, { timeout: 120_000 })

  await scale('kube-controller-manager', 5)
  await eventually('the autoscaler’s number is compared', async () => {
    await refresh(fleet.hub.client, 'coolkit.dev')
    const [app] = await applications(fleet.hub.client, dev)
    return app !== undefined && settled(app) && (await replicas()) === 5
  })
  // A sync for another reason keeps it too.
  const service = 'apps/coolkit/clusters/dev/base/service.yaml'
  const head = await repository.commit({
    [service]: ((await repository.read(service)) ?? '').replace('port: 80,', 'port: 81,'),
  })
  await eventually('the commit is synced', async () => {
    await refresh(fleet.hub.client, 'coolkit.dev') // again: one asked for while another is under way is lost
    const [app] = await applications(fleet.hub.client, dev)
    return app !== undefined && settled(app, head)
  })
  expect(await replicas()).toBe(5)
}, 180_000)

test('a repository of pull requests that is not found tears no preview down', async () => {
  const github = await startPullRequestApi('github-app-previews')
  try {
    const head = '0123456789abcdef0123456789abcdef01234567'
    github.open['acme/coolkit'] = [{ number: 41, head, labels: ['preview-ready'] }]
    await fleet.hub.client.apply(github.secret)
    await ask(fleet.hub.client, 'previews')
    await waitFor('stovepipe.dev/preview', ([app]) => app !== undefined && settled(app))
    const before = await identities(fleet.hub.client, 'stovepipe.dev/preview')

    delete github.open['acme/coolkit']
    await ask(fleet.hub.client, 'previews')
    const reason = await eventually('the set has stopped', async () => {
      const error = await errorOf(fleet.hub.client, 'previews')
      return error?.includes('404') && error
    })
    expect(reason).toContain('404')
    expect(await identities(fleet.hub.client, 'stovepipe.dev/preview')).toEqual(before)
    expect(Object.values(before)[0]).toContain('resources-finalizer.argocd.argoproj.io')
  } finally {
    await github.close()
  }
}, 180_000)

const dev = 'stovepipe.dev/app=coolkit,stovepipe.dev/cluster=dev'
const rootReference = applicationReference('stovepipe')
const operated = z.object({
  status: z.object({
    operationState: z.object({ phase: z.string(), syncResult: z.object({ revision: z.string() }).optional() }),
  }),
})
const scaled = z.object({ spec: z.object({ replicas: z.number() }) })

function applicationReference(name: string) {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name, namespace: 'argocd' } }
}

function editClusters(edit: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    clusters.map(cluster => [`clusters/${cluster}.yaml`, edit(files[`clusters/${cluster}.yaml`] ?? '')]),
  )
}

function same(one: Record<string, string>, other: Record<string, string>): boolean {
  return Object.entries(one).sort().join() === Object.entries(other).sort().join()
}

/** Waits until the Applications that a selector picks are as wanted. */
function waitFor(selector: string, wanted: (all: Application[]) => boolean): Promise<Application[]> {
  return eventually(
    selector,
    async () => {
      const all = await applications(fleet.hub.client, selector)
      return all.length > 0 && wanted(all) && all
    },
    {
      timeout: 150_000,
      interval: 500,
      seen: async () => `\n${(await applications(fleet.hub.client, selector)).map(describeApplication).join('\n')}`,
    },
  )
}
