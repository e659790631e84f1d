import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { cell } from '../../../actions/shell/index.ts'
import { applications, eventually, neverReady, settled } from '../simulator/index.ts'
import { acceptedIn, isQuarantined, pinCommits, pinnedDigest, runningDigest } from './history.ts'
import { promote, promoteAction, promoteArguments, stovepipe } from './run.ts'
import { apps, first, inactive, openScene, type Release, type Scene } from './scene.ts'

// The template on the real Argo CD, Argo Rollouts and Kubernetes API, released to by the real `stovepipe promote`. The
// tests follow each other on one fleet, because a fleet takes a minute or two to start: what one leaves, the next finds.

let scene: Scene
/** What each app's clusters run, once it is promoted. */
let coolkit: Release
let storefront: Release

const active = ['dev', 'prod-eu1-a', 'prod-eu1-b']
const canary = 'prod-eu1-a'

beforeAll(async () => {
  scene = await openScene()
  await allSettled()
  // The autoscaler's part, which only stands in here: it would ask for so many.
  await Promise.all([...active, inactive].map(cluster => scale(cluster, 4)))
}, 400_000)
afterAll(() => scene?.stop())

test('both apps go dev, canary, primaries at the same time, one seen by Argo CD’s API, one by Kubernetes’ own', async () => {
  const { gitops } = scene
  const from = await gitops.head()
  coolkit = await scene.release('coolkit')
  storefront = await scene.release('storefront')
  const outcomes = await Promise.all([
    promote(scene, 'coolkit', 'argocd', ['--image', coolkit.image]),
    promote(scene, 'storefront', 'kubernetes', ['--image', storefront.image]),
  ])
  expect(outcomes.map(({ result, reason }) => ({ result, reason }))).toEqual([
    { result: 'promoted', reason: expect.any(String) },
    { result: 'promoted', reason: expect.any(String) },
  ])
  for (const { app, digest } of [coolkit, storefront]) {
    const commits = await pinCommits(gitops, app, from)
    expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual(
      active.map(cluster => ({ clusters: [cluster], digests: [digest] })),
    )
    for (const [index, wave] of ['dev', 'canary', 'primaries'].entries()) {
      expect(commits[index]?.message).toMatch(new RegExp(`^Stovepipe-App: ${app}\\nStovepipe-Wave: ${wave}$`, 'm'))
    }
    // A primary is pinned on top of a commit that holds the canary's evidence.
    const last = commits.at(-1)?.commit
    expect((await acceptedIn(gitops, app, `${last}^`))[canary]).toMatchObject({
      how: 'passed',
      digest,
      evidence: {
        observer: app === 'coolkit' ? 'argocd' : 'kubernetes',
        provesSync: true,
        analysis: { requests: expect.any(Number) },
      },
    })
    for (const cluster of active) expect(await digestOn(cluster, app)).toBe(digest)
    // Inactive: its Applications stay, and nothing is released to it.
    expect(await pinnedDigest(gitops, app, inactive)).toBe(first)
    expect(await digestOn(inactive, app)).toBe(first)
  }
  // The Rollout's own steps were waited for on every cluster, not taken for health.
  for (const cluster of active) {
    expect(outcomes[1].log).toContain(`${cluster}: Rollout storefront paused at its own steps (CanaryPauseStep)`)
  }
}, 500_000)

test('Synced and Healthy at the old revision does not pass; the next run goes on from there', async () => {
  const { gitops, fleet } = scene
  const from = await gitops.head()
  const release = await scene.release('coolkit')
  // Argo CD looks at nothing meanwhile, which is how it is between two polls (argo-cd #29410).
  process.kill(fleet.argocd.controller.pid, 'SIGSTOP')
  try {
    const held = await promote(scene, 'coolkit', 'kubernetes', ['--image', release.image, '--until', '20s'])
    const [dev] = await applications(fleet.hub.client, 'stovepipe.dev/app=coolkit,stovepipe.dev/cluster=dev')
    expect(dev && settled(dev)).toBe(true)
    expect(held).toMatchObject({
      result: 'waiting',
      reason: `dev: Argo CD is at ${dev?.status.sync?.revision?.slice(0, 10)}, which does not hold this pin`,
    })
    expect(await acceptedIn(gitops, 'coolkit')).toMatchObject({ dev: { digest: coolkit.digest } })
  } finally {
    process.kill(fleet.argocd.controller.pid, 'SIGCONT')
  }
  expect((await promote(scene, 'coolkit', 'kubernetes')).result).toBe('promoted')
  const commits = await pinCommits(gitops, 'coolkit', from)
  expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual(
    active.map(cluster => ({ clusters: [cluster], digests: [release.digest] })),
  )
  coolkit = release
}, 300_000)

test('a StatefulSet whose partition leaves old pods, which Argo CD finds Healthy, is rolled back in time', async () => {
  const { gitops } = scene
  const path = 'apps/coolkit/base/statefulset.yaml'
  const whole = (await gitops.read(path)) ?? ''
  await gitops.commit({
    [path]: whole.replace('spec:\n', 'spec:\n  updateStrategy: { rollingUpdate: { partition: 2 } }\n'),
  })
  const release = await scene.release('coolkit')
  const running = promote(scene, 'coolkit', 'argocd', ['--image', release.image])
  const seen = eventually(
    'Argo CD finds the partitioned release Synced and Healthy',
    async () => {
      const [dev] = await applications(scene.fleet.hub.client, 'stovepipe.dev/app=coolkit,stovepipe.dev/cluster=dev')
      return dev && settled(dev) && (await digestOn('dev', 'coolkit')) === release.digest
    },
    { timeout: 120_000 },
  )
  const [outcome] = await Promise.all([running, seen])
  expect(outcome.result).toBe('rolled-back')
  expect(outcome.reason).toContain(
    'dev: not healthy in time: StatefulSet coolkit 1 of 3 replicas are updated; its partition 2 leaves the others',
  )
  await expectRolledBack(release, coolkit)
  await gitops.commit({ [path]: whole })
}, 300_000)

test('pods that never become Ready are rolled back in time and refused from then on', async () => {
  const release = await scene.release('coolkit', { digest: neverReady })
  const outcome = await promote(scene, 'coolkit', 'kubernetes', ['--image', release.image])
  expect(outcome.result).toBe('rolled-back')
  expect(outcome.reason).toMatch(/dev: not healthy in time: StatefulSet coolkit \d of 3 replicas are /)
  await expectRolledBack(release, coolkit)
  // Healthy again, though a pod of the bad release never was: podManagementPolicy: Parallel, or it would be waited for.
  await eventually('dev is Healthy again', async () => {
    const [dev] = await applications(scene.fleet.hub.client, 'stovepipe.dev/app=coolkit,stovepipe.dev/cluster=dev')
    return dev && settled(dev)
  })
  const again = await promote(scene, 'coolkit', 'kubernetes', ['--image', release.image])
  expect(again.result).toBe('refused')
}, 300_000)

test('an analysis in the canary cluster aborts its Rollout; the step says why in the summary, and rolls back', async () => {
  const { gitops, metrics, fleet } = scene
  const from = await gitops.head()
  const release = await scene.release('storefront')
  metrics.fail('storefront', canary, true)
  const { url, token } = fleet.argocd
  const step = await promoteAction(scene, {
    app: 'storefront',
    image: release.image,
    observer: 'argocd',
    'argocd-url': url,
    'argocd-token': token,
  }).finally(() => metrics.fail('storefront', canary, false))
  expect(step).toMatchObject({ code: 1, outputs: { result: 'rolled-back' } })
  expect(step.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(token)
  // In these words the real controller says it, on the AnalysisRun.
  const message = await failedAnalysis(canary)
  expect(message).toBe('Metric "error-ratio" assessed Failed due to failed (1) > failureLimit (0)')
  expect(step.summary).toContain(cell(`${canary}: Rollout storefront aborted: `))
  expect(step.summary).toContain(cell(message))
  const pinned = (await pinCommits(gitops, 'storefront', from)).map(({ clusters }) => clusters)
  expect(pinned).toEqual([['dev'], [canary], ['dev', canary]])
  await expectRolledBack(release, storefront)
  for (const cluster of active) expect(await digestOn(cluster, 'storefront')).toBe(storefront.digest)
}, 400_000)

test('what is scaled to zero is healthy, and no evidence: a cluster that joins gets nothing before the canary is judged', async () => {
  const { gitops } = scene
  const from = await gitops.head()
  await Promise.all(['dev', canary].map(cluster => scale(cluster, 0)))
  const release = await scene.release('storefront')
  const args = [...promoteArguments(scene, 'storefront', 'argocd'), '--image', release.image]
  const reason = `${canary}: no replica is desired, so there is nothing to analyse`
  expect((await stovepipe(scene, args, { cancelAt: reason })).log).toContain(reason)
  const { dev, [canary]: judged } = await acceptedIn(gitops, 'storefront')
  expect(dev).toMatchObject({
    digest: release.digest,
    evidence: { health: expect.stringMatching(/^no replica is desired of Rollout storefront/) },
  })
  expect(judged?.digest).toBe(storefront.digest)

  expect((await stovepipe(scene, ['cluster', 'activate', inactive])).code).toBe(0)
  expect(await stateOf(inactive)).toBe('joining')
  // The other app's release is accepted: it comes, is seen healthy, and the cluster still waits for this one.
  await promote(scene, 'coolkit', 'kubernetes')
  expect(await digestOn(inactive, 'coolkit')).toBe(coolkit.digest)
  expect((await acceptedIn(gitops, 'coolkit'))[inactive]).toMatchObject({ how: 'joined', digest: coolkit.digest })
  expect(await stateOf(inactive)).toBe('joining')
  expect(await pinnedDigest(gitops, 'storefront', inactive)).toBe(first)

  await Promise.all(['dev', canary].map(cluster => scale(cluster, 4)))
  expect((await promote(scene, 'storefront', 'argocd')).result).toBe('promoted')
  await promote(scene, 'storefront', 'argocd')
  expect(await stateOf(inactive)).toBe('active')
  const commits = await pinCommits(gitops, 'storefront', from)
  expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual(
    [...active, inactive].map(cluster => ({ clusters: [cluster], digests: [release.digest] })),
  )
  const joined = commits.at(-1)?.commit
  expect(await acceptedIn(gitops, 'storefront', `${joined}^`)).toMatchObject({
    [canary]: { how: 'passed', digest: release.digest, evidence: { analysis: { requests: expect.any(Number) } } },
    'prod-eu1-b': { how: 'passed', digest: release.digest },
  })
  expect(await digestOn(inactive, 'storefront')).toBe(release.digest)
}, 500_000)

/** The pins are those of `before` again, the release is in quarantine, and no primary ever had it. */
async function expectRolledBack({ app, digest }: Release, before: Release): Promise<void> {
  for (const cluster of active) expect(await pinnedDigest(scene.gitops, app, cluster)).toBe(before.digest)
  expect(await isQuarantined(scene.gitops, app, digest)).toBe(true)
  const touched = await scene.gitops.git(
    'log',
    '--format=%H',
    `-S${digest}`,
    'refs/heads/main',
    '--',
    ...primaryPins(app),
  )
  expect(touched).toBe('')
}

function primaryPins(app: string): string[] {
  return ['prod-eu1-b', inactive].map(cluster => `apps/${app}/clusters/${cluster}/kustomization.yaml`)
}

const analysisRuns = z.object({
  items: z.array(z.object({ status: z.object({ phase: z.string(), message: z.string().default('') }) })),
})

/** What the one failed AnalysisRun of the web app on a cluster says. */
async function failedAnalysis(cluster: string): Promise<string> {
  const client = scene.fleet.clusters[cluster]?.client
  const list = await client?.list('argoproj.io/v1alpha1', 'AnalysisRun', { namespace: 'storefront' })
  const failed = analysisRuns.parse(list).items.filter(({ status }) => status.phase === 'Failed')
  expect(failed).toHaveLength(1)
  return failed[0]?.status.message ?? ''
}

async function stateOf(cluster: string): Promise<string> {
  return /state: (\w+)/.exec((await scene.gitops.read(`clusters/${cluster}.yaml`)) ?? '')?.[1] ?? 'none'
}

/** Every app is Synced and Healthy on every cluster, as the template has it. */
async function allSettled(): Promise<void> {
  const { hub } = scene.fleet
  await eventually(
    'every app is Synced and Healthy everywhere',
    async () => {
      const all = await applications(hub.client, 'stovepipe.dev/app')
      return all.length === apps.length * (active.length + 1) && all.every(application => settled(application))
    },
    { timeout: 200_000, interval: 500 },
  )
}

/** Scales the web app on a cluster as its autoscaler would. */
async function scale(cluster: string, replicas: number): Promise<void> {
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'storefront', namespace: 'storefront' },
  }
  await scene.fleet.clusters[cluster]?.client.patch(rollout, { spec: { replicas } })
}

function digestOn(cluster: string, app: string): Promise<string> {
  const api = scene.fleet.clusters[cluster]
  if (api === undefined) throw new Error(`no cluster ${cluster}`)
  return runningDigest(api.client, app)
}
