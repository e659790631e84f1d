import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Cluster, Gate } from '../../../gitops/fleet/index.ts'
import type { Health, Observer } from '../../../gitops/promotion/index.ts'
import { type OpenRepository, openRepository } from '../../../gitops/repository/index.ts'
import { runCommand, silentLog, systemClock } from '../../../host/index.ts'
import { openObserver } from '../../../steps/promote/observer.ts'
import type { ObserverChoice } from '../../../steps/promote/observer-request.ts'
import {
  type Application,
  applications,
  eventually,
  type Fleet,
  type GitOpsRepository,
  neverReady,
  settled,
} from '../simulator/index.ts'

let fleet: Fleet
let repository: GitOpsRepository
let opened: OpenRepository
let observers: Observer[]

/**
 * Registers the tests of what `promote` sees of a cluster, by Argo CD's API and by Kubernetes' own. They need a fleet
 * with the template and a cluster `dev`, whose apps they change and leave at another release, healthy.
 */
export function testObservers(where: () => { fleet: Fleet; repository: GitOpsRepository }): void {
  beforeAll(async () => {
    ;({ fleet, repository } = where())
    const git = {
      run: runCommand,
      clock: systemClock,
      log: silentLog,
      environment: process.env,
      temporary: fleet.folder,
    }
    const committer = { name: 'observer', email: 'observer@example.com' }
    const server = 'https://github.com'
    opened = await openRepository(
      { repository: repository.folder, branch: 'main', directory: '.', committer, server, folder: '/' },
      git,
    )
    const choices: ObserverChoice[] = [
      { kind: 'kubernetes', hub: { context: 'hub' }, namespace: 'argocd' },
      { kind: 'argocd', url: fleet.argocd.url, token: fleet.argocd.token },
    ]
    const kubeconfigs = [fleet.hub, fleet.clusters.dev].map(api => api?.kubeconfig).join(':')
    observers = await Promise.all(
      choices.map(choice =>
        openObserver(choice, {
          repository: opened,
          clock: systemClock,
          fetch,
          kubernetes: { env: { KUBECONFIG: kubeconfigs }, cwd: '/', mask() {} },
          prometheusOf: () => {
            throw new Error('no Prometheus is asked')
          },
        }),
      ),
    )
  }, 300_000)
  afterAll(() => opened?.close())

  test('what the template pins becomes healthy, and the sync is proved', async () => {
    const commit = await repository.head()
    await until({ app: 'coolkit', digest: first, commit, at: Date.now() }, is('healthy'))
    for (const observer of observers) {
      expect(await look(observer, { app: 'coolkit', digest: first, commit, at: Date.now() })).toMatchObject({
        kind: 'healthy',
        replicas: 3,
        provesSync: true,
      })
    }
  }, 180_000)

  test('Synced and Healthy at the old revision does not pass; the observer has Argo CD look, and the new pin is healthy', async () => {
    const commit = await repository.head()
    const pinned = await pin('coolkit', digestOf('1'))
    const [foremost, ...others] = observers
    if (!foremost) throw new Error('no observer')
    expect(await look(foremost, pinned)).toEqual({
      kind: 'progressing',
      reason: `Argo CD is at ${commit.slice(0, 10)}, which does not hold this pin`,
    })
    // By now Argo CD has been asked to look, and may be on its way.
    for (const other of others) expect((await look(other, pinned)).kind).toBe('progressing')
    const way = await until(pinned, is('healthy'))
    expect(way.filter(line => line.startsWith('degraded') || line.startsWith('aborted'))).toEqual([])
    // The old pin is not what runs, though everything is Synced and Healthy.
    const [old] = await Promise.all(
      observers.map(observer => look(observer, { app: 'coolkit', digest: first, commit, at: 0 })),
    )
    expect(old?.kind).toBe('progressing')
  }, 180_000)

  test('a StatefulSet whose partition leaves old pods is not healthy, though Argo CD finds it Healthy', async () => {
    const path = 'apps/coolkit/clusters/dev/base/statefulset.yaml'
    const whole = (await repository.read(path)) ?? ''
    const partitioned = (partition: number) =>
      whole.replace('spec:\n', `spec:\n  updateStrategy: { rollingUpdate: { partition: ${partition} } }\n`)
    const pinned = await pin('coolkit', digestOf('2'), { [path]: partitioned(2) })
    await until(
      pinned,
      health => 'reason' in health && /1 of 3 replicas are updated; its partition 2 leaves/.test(health.reason),
    )
    await eventually('Argo CD finds it Synced and Healthy', async () =>
      settled(await applicationOnDev(), pinned.commit),
    )
    for (const observer of observers) expect((await look(observer, pinned)).kind).toBe('progressing')
    await until(await pin('coolkit', digestOf('2'), { [path]: partitioned(0) }), is('healthy'))
  }, 240_000)

  test('pods that never become Ready are waited for, with the time of the sync; the old release comes back healthy', async () => {
    const bad = await pin('coolkit', neverReady + '0'.repeat(64 - 4))
    await until(
      bad,
      health =>
        health.kind === 'progressing' && (health.syncedAt ?? 0) >= bad.at && /StatefulSet coolkit/.test(health.reason),
    )
    const stuck = await eventually('Argo CD has synced it and waits', async () => {
      const app = await applicationOnDev()
      const { sync, health, operationState } = app.status
      const synced = sync?.revision === bad.commit && operationState?.phase === 'Succeeded'
      return synced && health?.status === 'Progressing' && app
    })
    expect(settled(stuck)).toBe(false)
    // podManagementPolicy: Parallel. In order, the controller would wait for the first bad pod for ever:
    // https://github.com/kubernetes/kubernetes/issues/67250
    const good = await pin('coolkit', digestOf('2'))
    const way = await until(good, is('healthy'))
    expect(way.filter(line => line.startsWith('degraded'))).toEqual([])
    expect(settled(await applicationOnDev(), good.commit)).toBe(true)
  }, 240_000)

  test('nothing desired is scaled to zero, and a service once more', async () => {
    const path = 'apps/coolkit/clusters/dev/base/statefulset.yaml'
    const whole = (await repository.read(path)) ?? ''
    await until(
      await pin('coolkit', digestOf('2'), { [path]: whole.replace('replicas: 3', 'replicas: 0') }),
      is('scaled-to-zero'),
    )
    await until(await pin('coolkit', digestOf('2'), { [path]: whole }), is('healthy'))
  }, 240_000)

  test('a Rollout paused at its own steps is waited for, an aborted one is bad, and its revert is healthy', async () => {
    const dev = fleet.clusters.dev?.client ?? fleet.hub.client
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'storefront', namespace: 'storefront' },
    }
    const start = { app: 'storefront', digest: first, commit: await repository.head(), at: Date.now() }
    await until(start, is('healthy'))
    await dev.patch(rollout, { spec: { replicas: 4 } })
    await until(start, health => health.kind === 'healthy' && health.replicas === 4)
    const pinned = await pin('storefront', digestOf('1'))
    await until(
      pinned,
      health => 'reason' in health && /paused at its own steps \(CanaryPauseStep\)/.test(health.reason),
    )
    await dev.patch(rollout, { status: { abort: true } }, { status: true })
    const way = await until(pinned, is('aborted'))
    expect(way.at(-1)).toMatch(/^aborted: Rollout storefront aborted: RolloutAborted: /)
    await until(await pin('storefront', first), is('healthy'))
  }, 300_000)
}

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`
const first = digestOf('0')

/** A pin as promote asks about it: the digest, and the commit that holds it. */
type Pin = { app: string; digest: string; commit: string; at: number }

async function pin(app: string, digest: string, more: Readonly<Record<string, string>> = {}): Promise<Pin> {
  const path = `apps/${app}/clusters/dev/kustomization.yaml`
  const text = (await repository.read(path)) ?? ''
  const commit = await repository.commit({ [path]: text.replace(/sha256:[0-9a-f]+/, digest), ...more })
  return { app, digest, commit, at: Date.now() }
}

function look(observer: Observer, { app, digest, commit, at }: Pin): Promise<Health> {
  const cluster: Cluster = { name: 'dev', labels: {}, state: 'active', server: fleet.clusters.dev?.server ?? '' }
  const gate: Gate = { healthy: { timeout: 600_000, replicas: 1 }, soak: 0, deadline: 7_200_000, attempts: 3 }
  const image = { repository: `ghcr.io/acme/${app}`, tag: 'sha-000000000000', digest }
  return observer.health({ app, cluster, image, pinned: { commit, at }, gate }, new AbortController().signal)
}

/** Waits until both observers see what is wanted; gives what each saw on the way, by kind and reason. */
async function until(pinned: Pin, wanted: (health: Health) => boolean): Promise<string[]> {
  const ways = await Promise.all(
    observers.map(async observer => {
      const way: string[] = []
      await eventually(
        `${observer.name} sees it`,
        async () => {
          const health = await look(observer, pinned)
          const line = `${health.kind}: ${'reason' in health ? health.reason : health.detail}`
          if (way.at(-1) !== line) way.push(line)
          return wanted(health)
        },
        { timeout: 150_000, interval: 300, seen: async () => way.join('\n') },
      )
      return way
    }),
  )
  return ways.flat()
}

const is = (kind: Health['kind']) => (health: Health) => health.kind === kind

async function applicationOnDev(): Promise<Application> {
  const [app] = await applications(fleet.hub.client, 'stovepipe.dev/cluster=dev,stovepipe.dev/app=coolkit')
  if (app === undefined) throw new Error('no Application of coolkit on dev')
  return app
}
