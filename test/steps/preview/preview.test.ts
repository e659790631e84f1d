import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { built, startWorld, usual, type World } from './world.ts'

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

test('no more live at once than may: the comment names those that do, and the label is not set', async () => {
  const [first, second, third] = [await world.open(), await world.open(), await world.open()]
  await world.deploy(first, { limit: '2' })
  await world.step({ mode: 'begin', number: '3', limit: '2' })
  await world.deploy(second, { limit: '2' })
  expect(await world.step({ ...built(third), limit: '2' })).toMatchObject({ result: 'limit', build: 'no' })
  expect(third.labels).toEqual(['preview'])
  expect(world.comments(third)[0]).toMatch(/2 previews live already, of 2 at once \(input `limit`\): #2, #1\./)
  expect(await world.step({ mode: 'begin', number: '3', limit: '2' })).toMatchObject({
    result: 'limit',
    build: 'check',
  })
  expect(world.logged).toContainEqual(expect.stringContaining('preview-coolkit-pr-3 has to wait'))
  first.state = 'closed'
  await world.step({ mode: 'begin', number: '1' })
  expect(await world.deploy(third, { limit: '2' })).toMatchObject({ result: 'ready' })
})

test('two that take the last place at once do not both keep it', async () => {
  const [one, other] = [await world.open(), await world.open()]
  for (const { number } of [one, other]) await world.step({ mode: 'begin', number: String(number), limit: '1' })
  // The other one comes after this one saw a place, and before it takes it.
  const after = onceAfter('POST /deployments', () => world.step({ ...built(other), limit: '1' }))
  expect(await world.step({ ...built(one), limit: '1' }, { after })).toMatchObject({ result: 'limit' })
  expect([one.labels, other.labels]).toEqual([['preview'], ['preview', 'preview-ready']])
  expect([world.states(one), world.states(other)]).toEqual([['inactive'], ['in_progress']])
  expect(world.comments(one)).toEqual([expect.stringContaining('1 previews live already')])
})

test('what is too old goes, with the label it was asked for by; the comment says how to have it back', async () => {
  const [old, young] = [await world.open(), await world.open()]
  await world.deploy(old)
  world.clock.advance(100 * 3_600_000)
  await world.deploy(young)
  world.clock.advance(69 * 3_600_000)
  expect(await world.step({ mode: 'expire' })).toMatchObject({ result: 'expired', numbers: [1] })
  expect([old.labels, young.labels]).toEqual([[], ['preview', 'preview-ready']])
  expect(world.states(old)).toEqual(['inactive'])
  expect(world.comments(old)).toEqual([
    expect.stringMatching(/It was older than 168h; .* To have it back, put the label `preview` on it again\./),
  ])
  expect(await world.step({ mode: 'expire' })).toMatchObject({ result: 'nothing-to-do', numbers: [] })
  // An App's token starts a run for the label that expiry took: it must not say that somebody did.
  await world.step({ mode: 'begin', number: '1' })
  expect(world.comments(old)[0]).toContain('It was older than')
})

test('running it again does not make a preview younger; without its comment the deployment says how old it is', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  world.clock.advance(100 * 3_600_000)
  await world.step(built(pull))
  world.repository.comments.length = 0
  expect(await world.step({ mode: 'expire', lifetime: '101h' })).toMatchObject({ numbers: [] })
  expect(await world.step({ mode: 'expire', lifetime: '99h' })).toMatchObject({ numbers: [1] })
})

test('expiry takes the label from a fork and from what nobody asks for, and one failure stops none of the others', async () => {
  const head = { ref: 'main', sha: 'b'.repeat(40), repository: 'mallory/coolkit' }
  const fork = await world.open({ head, labels: ['preview', 'preview-ready'] })
  const unasked = await world.open({ labels: ['preview-ready'] })
  const kept = await world.open()
  await world.deploy(kept)
  world.server.faults.add({ on: 'DELETE', instead: { status: 403, body: { message: 'Forbidden' } } })
  await expect(world.step({ mode: 'expire' })).rejects.toThrow('1 of 3 previews could not be looked after')
  await world.step({ mode: 'expire' })
  expect([fork.labels, unasked.labels, kept.labels]).toEqual([['preview'], [], ['preview', 'preview-ready']])
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

test.each([
  ['both', ['1', '2']],
  ['all three', ['1', '2', '3']],
])('%s set the label before any counts: the lower number keeps the last place', async (_, numbers) => {
  const pulls = []
  for (const number of numbers) {
    pulls.push(await world.open())
    await world.step({ mode: 'begin', number, limit: '1' })
  }
  const labelled = barrier(numbers.length)
  const outcomes = await Promise.all(
    pulls.map(pull =>
      world.step(
        { ...built(pull), limit: '1' },
        { after: onceAfter(`POST /issues/${pull.number}/labels`, () => labelled()) },
      ),
    ),
  )
  expect(outcomes.map(({ result }) => result)).toEqual(numbers.map(number => (number === '1' ? 'ready' : 'limit')))
  expect(pulls.filter(({ labels }) => labels.includes('preview-ready')).map(({ number }) => number)).toEqual([1])
})

test('a lower number that meets a higher one which has counted, but not said so yet, waits until it has', async () => {
  const [lower, higher] = [await world.open(), await world.open()]
  for (const number of ['1', '2']) await world.step({ mode: 'begin', number, limit: '1' })
  const counted = Promise.withResolvers<void>()
  const met = Promise.withResolvers<void>()
  let first: Promise<unknown> | undefined
  const moments = (each: readonly (() => unknown)[]) => {
    const left = [...each]
    return async (request: string) => {
      if (request === 'GET /pulls') await left.shift()?.()
    }
  }
  const whenHigher = moments([
    () => {},
    () => {
      counted.resolve() // it is alone, and keeps the place
      return met.promise
    },
  ])
  const whenLower = moments([
    () => {
      first = world.step({ ...built(higher), limit: '1' }, { after: whenHigher })
      return counted.promise
    },
    () => met.resolve(),
    () => first,
  ])
  expect(await world.step({ ...built(lower), limit: '1' }, { after: whenLower })).toMatchObject({ result: 'limit' })
  expect(await first).toMatchObject({ result: 'ready' })
  expect([lower.labels, higher.labels]).toEqual([['preview'], ['preview', 'preview-ready']])
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

/** Gives a function that returns once it was called so often. */
function barrier(calls: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let called = 0
  return () => {
    if (++called === calls) resolve()
    return promise
  }
}

/** Calls `then` the first time that such a request was answered. */
function onceAfter(moment: string, then: () => unknown): (request: string) => Promise<void> {
  let done = false
  return async request => {
    if (done || request.replace(/(deployments\/)\d+/, '$1{id}') !== moment) return
    done = true
    await then()
  }
}

function memory(comment: string | undefined): string | undefined {
  return comment?.split('\n')[0]
}
