import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { cell } from '../../../actions/shell/index.ts'
import type { StepRun } from '../../support/runner.ts'
import { eventually, neverReady, settled } from '../simulator/index.ts'
import { applicationOf, digestOn, everythingSettled, failedAnalyses, scale } from './clusters.ts'
import { acceptedIn, isQuarantined, pinCommits, pinnedDigest, stateOf } from './history.ts'
import { promote, promoteAction, promoteArguments, stovepipe } from './run.ts'
import { first, inactive, openScene, type Release, type Scene } from './scene.ts'

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
  await everythingSettled(scene)
  await Promise.all([...active, inactive].map(cluster => scale(scene, cluster, 4)))
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
    // The pin, this cluster's copy of base/ (the same tree) and the record are one commit.
    for (const { commit, files, clusters } of commits) {
      expect(files).toContain(`apps/${app}/release.yaml`)
      const [base, copy] = ['base', `clusters/${clusters[0]}/base`].map(path => `${commit}:apps/${app}/${path}`)
      expect(await gitops.git('rev-parse', copy ?? '')).toBe(await gitops.git('rev-parse', base ?? ''))
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
    for (const cluster of active) expect(await digestOn(scene, cluster, app)).toBe(digest)
    // Inactive: its Applications stay, and nothing is released to it.
    expect(await pinnedDigest(gitops, app, inactive)).toBe(first)
    expect(await digestOn(scene, inactive, app)).toBe(first)
  }
  // The Rollout's own steps, which it has where there is traffic, were waited for and not taken for health.
  for (const cluster of active.filter(name => name !== 'dev')) {
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
    const dev = await applicationOf(scene, 'coolkit', 'dev')
    expect(settled(dev)).toBe(true)
    expect(held).toMatchObject({
      result: 'waiting',
      reason: `dev: Argo CD is at ${dev.status.sync?.revision?.slice(0, 10)}, which does not hold this pin`,
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

/** A release of the web app whose canary pods fail requests on the canary cluster, on its way beside the next two tests. */
let aborting: { release: Release; from: string; step: Promise<StepRun> } | undefined

async function startFailing() {
  const release = await scene.release('storefront')
  const from = await scene.gitops.head()
  scene.metrics.fail('storefront', canary, true)
  const { url, token } = scene.fleet.argocd
  const argocd = { observer: 'argocd', 'argocd-url': url, 'argocd-token': token }
  const step = promoteAction(scene, { app: 'storefront', image: release.image, ...argocd })
  step.catch(() => {}) // the test that waits for it hears of it
  return { release, from, step }
}

test('a StatefulSet whose partition leaves old pods, which Argo CD finds Healthy, is rolled back in time', async () => {
  const { gitops } = scene
  aborting = await startFailing()
  const path = 'apps/coolkit/base/statefulset.yaml'
  const whole = (await gitops.read(path)) ?? ''
  await gitops.commit({
    [path]: whole.replace('spec:\n', 'spec:\n  updateStrategy: { rollingUpdate: { partition: 2 } }\n'),
  })
  const from = await gitops.head()
  const release = await scene.release('coolkit')
  const running = promote(scene, 'coolkit', 'argocd', ['--image', release.image])
  const seen = eventually(
    'Argo CD finds the partitioned release Synced and Healthy',
    async () => {
      const dev = await applicationOf(scene, 'coolkit', 'dev')
      return settled(dev) && (await digestOn(scene, 'dev', 'coolkit')) === release.digest
    },
    { timeout: 120_000 },
  )
  const [outcome] = await Promise.all([running, seen])
  expect(outcome.result).toBe('rolled-back')
  expect(outcome.reason).toContain(
    'dev: not healthy in time: StatefulSet coolkit 1 of 3 replicas are updated; its partition 2 leaves the others',
  )
  await expectRolledBack(release, coolkit, from)
  await gitops.commit({ [path]: whole })
}, 300_000)

test('pods that never become Ready are rolled back in time and refused from then on', async () => {
  const from = await scene.gitops.head()
  const release = await scene.release('coolkit', { digest: neverReady })
  const outcome = await promote(scene, 'coolkit', 'kubernetes', ['--image', release.image])
  expect(outcome.result).toBe('rolled-back')
  expect(outcome.reason).toMatch(/dev: not healthy in time: StatefulSet coolkit \d of 3 replicas are /)
  await expectRolledBack(release, coolkit, from)
  // Healthy again, though a pod of the bad release never was: podManagementPolicy: Parallel, or it would be waited for.
  await eventually('dev is Healthy again', async () => {
    return settled(await applicationOf(scene, 'coolkit', 'dev'))
  })
  const again = await promote(scene, 'coolkit', 'kubernetes', ['--image', release.image])
  expect(again.result).toBe('refused')
}, 300_000)

test('an analysis in the canary cluster aborts its Rollout; the step says why in the summary, and rolls back', async () => {
  aborting ??= await startFailing()
  const { release, from } = aborting
  const step = await aborting.step
  scene.metrics.fail('storefront', canary, false)
  expect(step).toMatchObject({ code: 1, outputs: { result: 'rolled-back' } })
  expect(step.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(scene.fleet.argocd.token)
  // In these words the real controller says it, on the AnalysisRun.
  const message = 'Metric "error-ratio" assessed Failed due to failed (1) > failureLimit (0)'
  expect(await failedAnalyses(scene, canary)).toEqual([message])
  expect(step.summary).toContain(cell(`${canary}: Rollout storefront aborted: `))
  expect(step.summary).toContain(cell(message))
  const pinned = (await pinCommits(scene.gitops, 'storefront', from)).map(({ clusters }) => clusters)
  expect(pinned).toEqual([['dev'], [canary], ['dev', canary]])
  await expectRolledBack(release, storefront, from)
  // Back without steps, which would judge the good release as the canary of the bad one.
  expect(step.log.split(': roll back ')[1]).not.toContain('paused at its own steps')
  for (const cluster of active) expect(await digestOn(scene, cluster, 'storefront')).toBe(storefront.digest)
}, 400_000)

test('what is scaled to zero is healthy, and no evidence: a cluster that joins gets nothing before the canary is judged', async () => {
  const { gitops } = scene
  const from = await gitops.head()
  await Promise.all(['dev', canary].map(cluster => scale(scene, cluster, 0)))
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
  expect(await stateOf(gitops, inactive)).toBe('joining')
  // The other app's release is accepted: it comes, is seen healthy, and the cluster still waits for this one.
  await promote(scene, 'coolkit', 'kubernetes')
  expect(await digestOn(scene, inactive, 'coolkit')).toBe(coolkit.digest)
  expect((await acceptedIn(gitops, 'coolkit'))[inactive]).toMatchObject({ how: 'joined', digest: coolkit.digest })
  expect(await stateOf(gitops, inactive)).toBe('joining')
  expect(await pinnedDigest(gitops, 'storefront', inactive)).toBe(first)

  await Promise.all(['dev', canary].map(cluster => scale(scene, cluster, 4)))
  expect((await promote(scene, 'storefront', 'argocd')).result).toBe('promoted')
  expect(await stateOf(gitops, inactive)).toBe('active')
  const commits = await pinCommits(gitops, 'storefront', from)
  expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual(
    [...active, inactive].map(cluster => ({ clusters: [cluster], digests: [release.digest] })),
  )
  const joined = commits.at(-1)?.commit
  expect(await acceptedIn(gitops, 'storefront', `${joined}^`)).toMatchObject({
    [canary]: { how: 'passed', digest: release.digest, evidence: { analysis: { requests: expect.any(Number) } } },
    'prod-eu1-b': { how: 'passed', digest: release.digest },
  })
  expect(await digestOn(scene, inactive, 'storefront')).toBe(release.digest)
}, 500_000)

/** One commit put the pins of `before` back and the release into quarantine; no primary ever had it. */
async function expectRolledBack({ app, digest }: Release, before: Release, from: string): Promise<void> {
  const { gitops } = scene
  const commits = await pinCommits(gitops, app, from)
  const back = commits.at(-1)
  expect(back?.digests).toEqual([before.digest])
  expect(back?.files).toEqual(expect.arrayContaining([`apps/${app}/quarantine.yaml`, `apps/${app}/release.yaml`]))
  expect(commits.flatMap(({ clusters }) => clusters)).not.toContain('prod-eu1-b')
  for (const cluster of active) expect(await pinnedDigest(gitops, app, cluster)).toBe(before.digest)
  expect(await isQuarantined(gitops, app, digest)).toBe(true)
}
