import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { markerOf, timeOf } from '../../../steps/preview/marker.ts'
import { app, built, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const hour = 3_600_000
const expire = { mode: 'expire' } as const

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

test.each([
  ['its comment', () => {}],
  ['its deployment, where the comment is gone', () => world.repository.comments.splice(0)],
])(
  'a push that started no run takes the preview, which %s says is of another commit; it stays asked for',
  async (_, meanwhile) => {
    const pull = await world.open()
    await world.deploy(pull)
    expect(await world.step(expire)).toMatchObject({ result: 'nothing-to-do' })
    await world.push(pull)
    meanwhile()
    expect(await world.step(expire)).toMatchObject({ result: 'expired', numbers: [1] })
    expect(pull.labels).toEqual(['preview'])
    expect(world.states(pull)).toEqual(['inactive'])
    for (const comment of world.comments(pull)) {
      expect(comment).toMatch(
        new RegExp(`^<!-- .* state=unbuilt .*Nothing says that its head commit ${pull.head.sha} was`, 's'),
      )
    }
    expect(await world.step(expire)).toMatchObject({ result: 'nothing-to-do' })
    expect(await world.deploy(pull)).toMatchObject({ result: 'ready' })
    expect(await world.step(expire)).toMatchObject({ result: 'nothing-to-do' })
  },
)

test('a comment that could not be changed, and says an older commit, is no reason against the deployment of the head', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  await world.push(pull)
  const on = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
  world.server.faults.add({ on, times: 100, instead: { status: 403, body: { message: 'Forbidden' } } })
  expect(await world.deploy(pull)).toMatchObject({ result: 'ready' })
  expect(world.comments(pull)).toEqual([expect.not.stringContaining(pull.head.sha)])
  expect(await world.step(expire)).toMatchObject({ result: 'nothing-to-do' })
  expect(pull.labels).toEqual(['preview', 'preview-ready'])
})

test('closed, and no run told of it: found among the hundred that changed last', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  Object.assign(pull, { state: 'closed', updatedAt: new Date(world.clock.now() + 1000).toISOString() })
  for (let count = 0; count < 100; count++) {
    world.server.pull('acme/coolkit', { title: 'Another', state: 'closed' })
  }
  expect(await world.step(expire)).toMatchObject({ numbers: [1] })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
  expect(world.comments(pull)).toEqual([expect.stringContaining('The pull request is closed')])
})

test('a run that was killed right after it took the label of a closed one: the rest is done', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  Object.assign(pull, { state: 'closed', labels: ['preview'] })
  expect(await world.step(expire)).toMatchObject({ numbers: [1] })
  expect(world.states(pull)).toEqual(['inactive'])
  expect(world.comments(pull)).toEqual([expect.stringContaining('state=closed')])
  expect(await world.step(expire)).toMatchObject({ numbers: [] })
})

test('a person who takes the label of the build away: told within the next hours, and not while a run is at it', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  pull.labels = ['preview']
  world.clock.advance(hour / 2)
  expect(await world.step(expire)).toMatchObject({ numbers: [] })
  expect(world.states(pull)).toEqual(['in_progress'])
  world.clock.advance(hour)
  expect(await world.step(expire)).toMatchObject({ numbers: [1] })
  expect(pull.labels).toEqual(['preview'])
  expect(world.states(pull)).toEqual(['inactive'])
  expect(world.comments(pull)).toEqual([expect.stringMatching(/state=unlabelled .*The label `preview-ready` is gone/s)])
})

test('both labels taken away, and no run told of it', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  pull.labels = []
  world.clock.advance(2 * hour)
  await world.step(expire)
  expect(world.comments(pull)).toEqual([expect.stringContaining('state=not-asked')])
})

test.each([
  ['of no pull request', { payload: { pull: '1; id' } }],
  ['of another environment', { environment: 'production' }],
  ['of another task', { task: 'deploy' }],
])('a deployment %s is nobody’s preview, and left alone', async (_, other) => {
  const pull = await world.open()
  await world.deploy(pull)
  pull.state = 'closed'
  pull.labels = []
  const [deployment] = world.repository.deployments
  expect(deployment).toMatchObject({ environment: 'preview-coolkit-pr-1', task: 'preview:coolkit' })
  Object.assign(deployment ?? {}, other)
  expect(await world.step(expire)).toMatchObject({ result: 'nothing-to-do' })
  expect(deployment?.statuses.at(-1)?.state).toBe('in_progress')
  expect(world.comments(pull)).toEqual([expect.stringContaining('state=ready')]) // nothing was done about it at all
})

test('a build that begins after the list was read is left alone, with the label that asked for it', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  world.clock.advance(200 * hour)
  let begun = false
  const after = async (request: string) => {
    if (request !== 'GET /pulls' || begun) return
    begun = true
    await world.step({ mode: 'begin', number: '1' })
  }
  expect(await world.step(expire, { after })).toMatchObject({ result: 'nothing-to-do' })
  expect(pull.labels).toEqual(['preview'])
  expect(world.comments(pull)).toEqual([expect.stringContaining('is being built')])
})

test('a preview whose run has set the label, and not yet said so, is left alone, whatever the age', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  let expired: unknown
  const after = async (request: string) => {
    if (request !== 'POST /issues/1/labels') return
    world.clock.advance(hour / 2)
    expired = await world.step({ ...expire, lifetime: '1m' })
  }
  expect(await world.step(built(pull), { after })).toMatchObject({ result: 'ready' })
  expect(expired).toMatchObject({ result: 'nothing-to-do' })
  expect(pull.labels).toEqual(['preview', 'preview-ready'])
})

test('a label that was set by hand goes; what a person asked for does not, as nothing says how old it is', async () => {
  const pull = await world.open({ labels: ['preview', 'preview-ready'] })
  expect(await world.step(expire)).toMatchObject({ numbers: [1] })
  expect(pull.labels).toEqual(['preview'])
})

test('a comment that cannot be read is no reason to take a preview away', async () => {
  const pull = await world.open()
  await world.deploy(pull)
  const on = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  world.server.faults.add({ on, times: 100, instead: { status: 500, body: { message: 'Server Error' } } })
  await expect(world.step(expire)).rejects.toThrow('1 of 1 previews could not be looked after')
  expect(pull.labels).toEqual(['preview', 'preview-ready'])
})

test('a time that is still to come makes no preview live for ever', async () => {
  const pull = await world.open({ labels: ['preview', 'preview-ready'] })
  const at = new Date(world.clock.now()).toISOString()
  const owner = { app, number: 1, author: 'github-actions[bot]' }
  const body = markerOf(owner, { state: 'ready', head: pull.head.sha, since: world.clock.now() + 9000 * hour })
  world.repository.comments.push({ id: 1, number: 1, author: owner.author, body, createdAt: at, updatedAt: at })
  expect(await world.step(expire)).toMatchObject({ numbers: [1] })
})

test.each([
  [0, undefined],
  [1000, 1000],
  [5_000_000, 5_000_000],
  [5_000_001, 5_000_000],
  [5_000_000 + hour, 5_000_000],
  [5_000_001 + hour, undefined],
  [Number.NaN, undefined],
])('%d, read at 5000000, is the time %j', (since, time) => {
  expect(timeOf(since, 5_000_000)).toBe(time)
})
