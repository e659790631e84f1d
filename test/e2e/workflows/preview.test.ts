import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLog } from '../../../host/index.ts'
import { openRegistry } from '../../../images/index.ts'
import type { Pull } from '../../support/github/index.ts'
import { expire, openPull, preview, push, shownOf } from './pull.ts'
import { openWorld, type World } from './world.ts'

// A preview from labelled to closed: the application's workflow on its pull requests, with the bundles of the sources.
// Argo CD is not here: the label `preview-ready`, which its ApplicationSet selects, is what a preview is.

let world: World
let pull: Pull

beforeAll(async () => {
  world = await openWorld('previews')
  pull = await openPull(world, { title: '::error::$(exit 1) `![x](https://evil.example)`' })
})
afterAll(() => world?.site.close())

test('a pull request that nobody wants previewed is built, and not pushed', async () => {
  const run = await preview(world, pull, { action: 'opened' })
  expect(run).toMatchObject({ code: 0, jobs: { Look: 'success', Build: 'success' } })
  expect(run.jobs).not.toHaveProperty('Hand over')
  expect(shownOf(world, pull)).toEqual({ labels: [], comments: [], deployments: [] })
  expect(await revisionOf(pull.head.sha)).toBeUndefined()
})

test('the label asks for it: the head’s image is pushed, then the ApplicationSet’s label set, with comment and deployment', async () => {
  pull.labels.push('preview')
  const run = await preview(world, pull, { action: 'labeled', label: 'preview' })
  expect(run).toMatchObject({ code: 0, jobs: { Look: 'success', Build: 'success', 'Hand over': 'success' } })
  expect(await revisionOf(pull.head.sha)).toBe(pull.head.sha)
  const { labels, comments, deployments } = shownOf(world, pull)
  expect(labels).toEqual(['preview', 'preview-ready'])
  expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining(`pr-${pull.number}.coolkit.preview`)])
  expect(deployments).toEqual([{ sha: pull.head.sha, state: expect.stringMatching(/^(in_progress|success)$/) }])
})

test('a new push takes the label away before it is built; a build that fails leaves it away, and the one comment says so', async () => {
  const before = shownOf(world, pull)
  await push(world, pull, { Dockerfile: 'FROM scratch\nCOPY missing.txt /\n' })
  const run = await preview(world, pull, { action: 'synchronize' })
  expect(run.jobs).toMatchObject({ Look: 'success', Build: 'failure', 'Hand over': 'success' })
  const { labels, comments, deployments } = shownOf(world, pull)
  expect(labels).toEqual(['preview'])
  expect(comments.map(({ id }) => id)).toEqual(before.comments.map(({ id }) => id))
  expect(comments[0]?.body).toContain('state=failed')
  expect(deployments[0]?.state).toBe('inactive')
})

test('closed while its build runs: there is no label, and the run of the closing takes the rest away', async () => {
  await push(world, pull)
  const heard = (line: string) => {
    if (line.startsWith('Building ')) pull.state = 'closed'
  }
  const run = await preview(world, pull, { action: 'synchronize', heard })
  expect(run).toMatchObject({ code: 0, jobs: { Build: 'success', 'Hand over': 'success' } })
  expect(shownOf(world, pull).labels).toEqual(['preview'])

  expect(await preview(world, pull, { action: 'closed' })).toMatchObject({ code: 0, jobs: { Look: 'success' } })
  const { labels, comments, deployments } = shownOf(world, pull)
  expect(labels).toEqual(['preview'])
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body).toContain('state=closed')
  expect(deployments.map(({ state }) => state)).toEqual(deployments.map(() => 'inactive'))
})

test('Dependabot’s pull request is built without the registry’s password, which its run does not have', async () => {
  const run = await preview(world, await openPull(world), { action: 'opened', dependabot: true })
  expect(run).toMatchObject({ code: 0, jobs: { Look: 'success', Build: 'success' } })
})

test('a fork’s pull request is built by a token that may only read, and nothing of it is pushed or written', async () => {
  const forked = await openPull(world, { from: 'mallory/coolkit' })
  forked.labels.push('preview')
  const run = await preview(world, forked, { action: 'labeled', label: 'preview' })
  expect(run).toMatchObject({ code: 0, jobs: { Look: 'success' } })
  const again = await preview(world, forked, { action: 'synchronize' })
  expect(again).toMatchObject({ code: 0, jobs: { Look: 'success', "Build a fork's": 'success' } })
  expect(again.log).toContain(`"org.opencontainers.image.revision"="${forked.head.sha}"`)
  expect(shownOf(world, forked)).toEqual({ labels: ['preview'], comments: [], deployments: [] })
  expect(await revisionOf(forked.head.sha)).toBeUndefined()
})

test('a preview that is too old is taken away by the schedule', async () => {
  const old = await openPull(world)
  old.labels.push('preview')
  await preview(world, old, { action: 'labeled', label: 'preview' })
  expect(shownOf(world, old).labels).toEqual(['preview', 'preview-ready'])
  await setTimeout(1000)
  expect(await expire(world)).toMatchObject({ code: 0, jobs: { Expire: 'success' } })
  const { labels, comments, deployments } = shownOf(world, old)
  expect(labels).not.toContain('preview-ready')
  expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('state=expired')])
  expect(deployments).toEqual([{ sha: old.head.sha, state: 'inactive' }])
})

/** The commit that the image of a head says it was built from; undefined where none was pushed. */
async function revisionOf(head: string): Promise<string | undefined> {
  const registry = openRegistry({ fetch, log: silentLog })
  const image = { repository: world.image, tag: `sha-${head.slice(0, 12)}` }
  if (!(await registry.exists(image))) return undefined
  return (await registry.labels(image))['org.opencontainers.image.revision']
}
