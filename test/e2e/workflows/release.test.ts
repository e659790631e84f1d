import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { acceptedIn, isQuarantined, pinCommits, pinnedDigest } from '../promotion/history.ts'
import { run, start } from './gitops.ts'
import { release, sourceFiles } from './release.ts'
import { app, canary, dev, inactive, openWorld, primary, type World } from './world.ts'

// A team's repositories and their workflows, run by act with the bundles of the sources as they are. The tests follow
// each other: what one leaves, the next finds.

jest.setTimeout(400_000) // a promotion takes half a minute, and four times that on a machine with other work

let world: World
/** The digest that is accepted everywhere. */
let good: string

beforeAll(async () => {
  world = await openWorld('workflows')
  good = world.first
})
afterAll(() => world?.site.close())

test('a push is built and dispatched, and the promotion it starts pins dev, canary and primaries', async () => {
  const { gitops } = world
  const from = await gitops.head()
  const { run: built, sha, dispatched, digest } = await release(world)
  expect(built.jobs).toEqual({ Build: 'success', Attest: 'success', Dispatch: 'success' })
  expect(JSON.parse(await world.attested())).toEqual({ name: world.image, digest, push: 'true' })
  expect(dispatched).toMatchObject({
    workflow: 'promote.yml',
    ref: 'main',
    inputs: { app, image: `${world.image}:sha-${sha.slice(0, 12)}@${digest}` },
  })

  const promoted = await run(world, 'promote.yml', { dispatched })
  expect(promoted.jobs).toEqual({ Admit: 'success', Carry: 'success' })
  const commits = await pinCommits(gitops, app, from)
  expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual(
    [dev, canary, primary].map(cluster => ({ clusters: [cluster], digests: [digest] })),
  )
  expect((await acceptedIn(gitops, app))[canary]).toMatchObject({
    how: 'passed',
    digest,
    evidence: { observer: 'prometheus', analysis: { requests: expect.any(Number) } },
  })
  expect(promoted.summaries.join('')).toContain('promoted')
  good = digest
  expect(toldOf(sha)).toEqual({
    checks: { [`${app} / canary / ${canary}`]: 'success' },
    deployments: { [`${app}/${dev}`]: 'success', [`${app}/${canary}`]: 'success', [`${app}/${primary}`]: 'success' },
  })
})

test('a release that fails on the canary cluster is taken back, quarantined, and refused when it is offered again', async () => {
  const { gitops } = world
  const from = await gitops.head()
  const { sha, dispatched, digest } = await release(world, { failing: 0.5 })
  const taken = await run(world, 'promote.yml', { dispatched })
  expect(taken).toMatchObject({
    code: 1,
    jobs: { Admit: 'success', Carry: 'failure' },
  })
  const commits = await pinCommits(gitops, app, from)
  expect(commits.map(({ clusters, digests }) => ({ clusters, digests }))).toEqual([
    { clusters: [dev], digests: [digest] },
    { clusters: [canary], digests: [digest] },
    { clusters: [dev, canary], digests: [good] },
  ])
  expect(await isQuarantined(gitops, app, digest)).toBe(true)
  expect(taken.summaries.join('')).toContain('rolled')
  expect(toldOf(sha)).toEqual({
    checks: { [`${app} / canary / ${canary}`]: 'failure' },
    deployments: { [`${app}/${dev}`]: 'inactive', [`${app}/${canary}`]: 'failure' },
  })

  const head = await gitops.head()
  const { inputs } = dispatched
  expect(await run(world, 'promote.yml', { inputs })).toMatchObject({ code: 1 })
  expect(await pinCommits(gitops, app, head)).toEqual([])
})

test('a run that is cancelled in the middle is gone on with by the next one that the schedule starts', async () => {
  const { gitops } = world
  const { sha, dispatched, digest } = await release(world)
  const begun = Promise.withResolvers<void>()
  const heard = (line: string) => line.includes(`${canary}: analysing`) && begun.resolve()
  const running = await start(world, 'promote.yml', { dispatched, heard })
  await Promise.race([begun.promise, running.ended])
  const cancelled = await running.cancel()
  expect(cancelled.jobs).toMatchObject({ Carry: 'failure' })
  expect([await pinnedDigest(gitops, app, canary), await pinnedDigest(gitops, app, primary)]).toEqual([digest, good])
  const { [canary]: judged } = await acceptedIn(gitops, app)
  expect(judged?.digest).toBe(good)
  expect(toldOf(sha).checks).toEqual({ [`${app} / canary / ${canary}`]: 'cancelled' })

  const resumed = await run(world, 'promote.yml')
  expect(resumed.jobs).toEqual({ Admit: 'success', Carry: 'success' })
  expect(await pinnedDigest(gitops, app, primary)).toBe(digest)
  expect(toldOf(sha).checks).toEqual({ [`${app} / canary / ${canary}`]: 'success' })
  expect(await pinnedDigest(gitops, app, inactive)).not.toBe(digest)
  good = digest
})

test('what changes nothing in the image is tagged again and, where nobody signs, told to the GitOps repository all the same', async () => {
  const settings = ['attest: never']
  const files = { ...sourceFiles(0), '.dockerignore': 'notes.md\n' }
  const first = await release(world, { files, settings })
  const again = await release(world, { files: { 'notes.md': 'nothing for the image\n' }, settings })
  expect(again.run.jobs).toEqual({ Build: 'success', Dispatch: 'success' }) // no Attest
  expect(again.digest).toBe(first.digest)
  expect(again.dispatched.inputs.image).toBe(`${world.image}:sha-${again.sha.slice(0, 12)}@${first.digest}`)
  expect(again.run.log).toMatch(/nothing that goes into the image (has )?changed|reused|tagged again/i)
})

/** What the application's repository shows of a commit: conclusions of check runs, states of deployments. */
function toldOf(sha: string) {
  const repository = world.github.state.repositories.get(`acme/${app}`)
  const checks = (repository?.checks ?? []).filter(check => check.sha === sha)
  const deployments = (repository?.deployments ?? []).filter(deployment => deployment.sha === sha)
  return {
    checks: Object.fromEntries(checks.map(({ name, conclusion }) => [name, conclusion])),
    deployments: Object.fromEntries(
      deployments.map(({ environment, statuses }) => [environment, statuses.at(-1)?.state]),
    ),
  }
}
