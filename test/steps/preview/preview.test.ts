import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { built, onceAfter, startWorld, usual, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const url = 'https://pr-{number}.{app}.preview.example.com'

test('a pull request with the label gets a preview of its head: the label, a transient deployment, one comment', async () => {
  const pull = await world.open()
  const begun = await world.step({ mode: 'begin', number: '1', url })
  expect(begun).toMatchObject({ result: 'building', build: 'push', head: pull.head.sha, name: 'preview-coolkit-pr-1' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.comments(pull)).toEqual([expect.stringContaining('is being built')])

  world.clock.advance(130_000)
  const started = new Date(begun.started ?? 0).toISOString()
  const outcome = await world.step({ ...built(pull), url, started })
  expect(outcome).toMatchObject({ result: 'ready', url: 'https://pr-1.coolkit.preview.example.com' })
  expect(pull.labels).toEqual(['preview', 'preview-ready'])
  expect(world.repository.deployments).toMatchObject([
    {
      sha: pull.head.sha,
      environment: 'preview-coolkit-pr-1',
      transient: true,
      production: false,
      statuses: [{ state: 'in_progress', environmentUrl: 'https://pr-1.coolkit.preview.example.com' }],
    },
  ])
  const [comment, ...others] = world.comments(pull)
  expect(others).toEqual([])
  expect(
    comment
      ?.replaceAll(pull.head.sha, 'HEAD')
      .replace(/sha-\w{12}/, 'TAG')
      .replace(/since=\d+ key=\w+/, 'since=T key=K'),
  ).toBe(`<!-- stovepipe:preview app=coolkit pull=1 state=ready head=HEAD since=T key=K -->
### The preview of \`coolkit\` is on its way

| | |
| --- | --- |
| Address | https://pr-1.coolkit.preview.example.com |
| Image | \`ghcr.io/acme/coolkit:TAG@sha256:${'a'.repeat(64)}\` |
| Commit | HEAD |
| Namespace | \`preview-coolkit-pr-1\` |
| Argo CD | takes it from here, and is not asked how it goes (input \`observer\`) |
| Took | 2m10s to build and push |

To remove it, take the label \`preview\` away, or close this pull request. A scheduled run takes it away when it is older than 168h.
`)
})

test('a second run of each step changes nothing', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  world.clock.advance(60_000)
  const before = JSON.stringify([pull.labels, world.repository.comments.length, world.repository.deployments.length])
  const [comment] = world.comments(pull)
  expect(await world.step(built(pull))).toMatchObject({ result: 'ready' })
  expect(JSON.stringify([pull.labels, world.repository.comments.length, world.repository.deployments.length])).toBe(
    before,
  )
  expect(memory(world.comments(pull)[0])).toBe(memory(comment))
  pull.state = 'closed'
  await world.step({ mode: 'close', number: '1' })
  const gone = JSON.stringify(world.repository)
  expect(await world.step({ mode: 'close', number: '1' })).toMatchObject({ result: 'closed' })
  expect(JSON.stringify(world.repository)).toBe(gone)
})

test('a push takes the label away before anything is built, and ends the deployment of before', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  await world.push(pull)
  expect(await world.step({ mode: 'begin', number: '1' })).toMatchObject({ build: 'push', head: pull.head.sha })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
  await world.step(built(pull))
  expect(world.states(pull)).toEqual(['inactive', 'in_progress'])
  expect(world.comments(pull)).toHaveLength(1)
})

test('an old build that ends after a newer one leaves the newer one’s label alone', async () => {
  const pull = await world.open()
  const old = built(pull)
  await world.step({ mode: 'begin', number: '1' })
  await world.push(pull)
  await world.deploy(pull)
  const [comment] = world.comments(pull)
  expect(await world.step(old)).toMatchObject({ result: 'outdated' })
  expect(pull.labels).toContain('preview-ready')
  expect(world.comments(pull)).toEqual([comment])
  expect(world.states(pull)).toEqual(['in_progress'])
})

test.each([
  ['before the label is set', 'POST /deployments'],
  ['after the label is set', 'POST /issues/1/labels'],
])('a commit that is pushed %s is not deployed', async (_, moment) => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  const once = onceAfter(moment, () => world.push(pull))
  expect(await world.step(built(pull), { after: once })).toMatchObject({ result: 'outdated', head: pull.head.sha })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
})

test.each([
  ['while it is built', undefined],
  ['before the label is set', 'POST /deployments'],
  ['after the label is set', 'POST /issues/1/labels'],
  ['when it is all done but the comment', 'POST /deployments/{id}/statuses'],
])('a pull request that is closed %s has no label and no active deployment in the end', async (_, moment) => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  const close = () => {
    pull.state = 'closed'
  }
  if (moment === undefined) close()
  const outcome = await world.step(built(pull), { after: onceAfter(moment ?? 'never', close) })
  // Its own event comes too, in any order.
  await world.step({ mode: 'begin', number: '1' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull).filter(state => state !== 'inactive')).toEqual([])
  if (moment !== 'POST /deployments/{id}/statuses') expect(outcome).toMatchObject({ result: 'closed' })
  expect(world.comments(pull)).toEqual([expect.stringContaining('The pull request is closed')])
})

test('closing and reopening takes it away and brings it back', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  pull.state = 'closed'
  expect(await world.step({ mode: 'begin', number: '1' })).toMatchObject({ result: 'closed', build: 'no' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
  pull.state = 'open'
  expect(await world.deploy(pull)).toMatchObject({ result: 'ready' })
  expect(world.states(pull)).toEqual(['inactive', 'in_progress'])
  expect(world.comments(pull)).toHaveLength(1)
})

test('nobody asked: it is built only, nothing is written; taking the label away takes the preview away', async () => {
  const pull = await world.open({ labels: ['bug'] })
  expect(await world.step({ mode: 'begin', number: '1' })).toMatchObject({ result: 'not-asked', build: 'check' })
  expect(world.comments(pull)).toEqual([])
  pull.labels = ['Preview'] // GitHub's labels have no case
  await world.deploy(pull)
  expect(pull.labels).toEqual(['Preview', 'preview-ready'])
  pull.labels = ['preview-ready']
  expect(await world.step({ mode: 'begin', number: '1' })).toMatchObject({ result: 'not-asked' })
  expect(pull.labels).toEqual([])
  expect(world.states(pull)).toEqual(['inactive'])
  expect(world.comments(pull)).toEqual([expect.stringContaining('The label `preview` is gone')])
})

test('with an empty label every pull request of the repository is asked for', async () => {
  const pull = await world.open({ labels: [] })
  expect(await world.deploy(pull, { label: '' })).toMatchObject({ result: 'ready' })
  expect(world.comments(pull)[0]).toContain('To remove it, close this pull request.')
})

test('a fork is built and no more: nothing is written, whatever its labels, and the summary says so', async () => {
  const pull = await world.open({ head: { ref: 'main', sha: 'b'.repeat(40), repository: 'mallory/coolkit' } })
  const readOnly = { permissions: { pull_requests: 'read' } } as const
  const begun = await world.step({ mode: 'begin', number: '1' }, readOnly)
  expect(begun).toMatchObject({ result: 'fork', build: 'check', head: 'b'.repeat(40) })
  expect(begun.markdown).toContain('neither pushed nor deployed')
  expect(await world.step(built(pull))).toMatchObject({ result: 'fork', build: 'no' })
  expect(world.server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('a fork that is closed is not written to either, though somebody gave it the label of the build', async () => {
  const head = { ref: 'main', sha: 'b'.repeat(40), repository: 'mallory/coolkit' }
  const pull = await world.open({ head, state: 'closed', labels: ['preview', 'preview-ready'] })
  const readOnly = { permissions: { pull_requests: 'read' } } as const
  expect(await world.step({ mode: 'begin', number: '1' }, readOnly)).toMatchObject({ result: 'closed', build: 'no' })
  expect(pull.labels).toContain('preview-ready')
})

test('a build that failed leaves no label, and the comment leads to the run', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  const outcome = await world.step({ ...built(pull), built: 'failure', image: '' })
  expect(outcome).toMatchObject({ result: 'failed' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.comments(pull)[0]).toContain('failed. [The run](https://github.com/acme/coolkit/actions/runs/7)')
})

test('without the permission for deployments there is one warning that names it, and a preview all the same', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  const outcome = await world.step(built(pull), { permissions: { pull_requests: 'write' } })
  expect(outcome).toMatchObject({ result: 'ready' })
  expect(pull.labels).toContain('preview-ready')
  expect(world.logged.filter(line => line.includes('left out'))).toEqual([
    expect.stringMatching(/^the deployment on GitHub is left out: .*deployments: (read|write)/),
  ])
})

test('without the permission to set labels it fails, and names it', async () => {
  const pull = await world.open()
  await expect(world.step(built(pull), { permissions: { ...usual, pull_requests: 'read' } })).rejects.toThrow(
    /pull-requests: write/,
  )
})

test('a label that was set, but nobody heard of, is not set twice and not given up', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  world.server.faults.add({ on: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', afterwards: 'drop' })
  expect(await world.step(built(pull))).toMatchObject({ result: 'ready' })
  const posts = world.server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/labels'))
  expect(posts).toHaveLength(1)
})

test('a comment that was written, but nobody heard of, is written once', async () => {
  const pull = await world.open()
  world.server.faults.add({ on: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', afterwards: 'cut' })
  await world.step({ mode: 'begin', number: '1' })
  expect(world.comments(pull)).toHaveLength(1)
})

test('opened with its label, two runs begin: the cancelled build of the first says nothing beside the second', async () => {
  const pull = await world.open()
  const startedBy = async () => {
    const { started = 0 } = await world.step({ mode: 'begin', number: '1' })
    world.clock.advance(1000)
    return new Date(started).toISOString()
  }
  const first = { ...built(pull), built: 'cancelled', image: '', started: await startedBy() }
  const started = await startedBy()
  expect(await world.step(first)).toMatchObject({ result: 'outdated' })
  expect(world.comments(pull)).toEqual([expect.stringContaining('is being built')])
  expect(await world.step({ ...built(pull), started })).toMatchObject({ result: 'ready' })
  const comments = world.comments(pull)
  expect(await world.step(first)).toMatchObject({ result: 'outdated' })
  expect(world.comments(pull)).toEqual(comments)
  expect(pull.labels).toContain('preview-ready')
})

test('a build that was cancelled, and no other begun since, is told as it is', async () => {
  const pull = await world.open()
  const { started = 0 } = await world.step({ mode: 'begin', number: '1' })
  const cancelled = { ...built(pull), built: 'cancelled', image: '', started: new Date(started).toISOString() }
  expect(await world.step(cancelled)).toMatchObject({ result: 'failed' })
  expect(world.comments(pull)).toEqual([expect.stringContaining('was cancelled.')])
})

function memory(comment: string | undefined): string | undefined {
  return comment?.split('\n')[0]
}
