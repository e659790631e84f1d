import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Memory, markerOf } from '../../../steps/preview/marker.ts'
import { app, built, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const bot = 'github-actions[bot]'
const ready: Memory = { state: 'ready', head: 'c'.repeat(40), since: 1 }

/** Puts a comment there as somebody else wrote it. */
function write(number: number, author: string, body: string): number {
  const at = new Date(world.clock.now()).toISOString()
  const id = world.server.state.nextId++
  world.repository.comments.push({ id, number, author, body, createdAt: at, updatedAt: at })
  return id
}

test('ours is found on any page, and changed in place', async () => {
  const pull = await world.open()
  for (let count = 0; count < 130; count++) write(1, 'someone', `Comment ${count}`)
  await world.step({ mode: 'begin', number: '1' })
  for (let count = 0; count < 30; count++) write(1, 'someone', `Comment ${count}`)
  await world.step(built(pull))
  const bodies = world.comments(pull)
  expect(bodies).toHaveLength(161)
  expect(bodies[130]).toMatch(/state=ready/)
})

test.each([
  ['by a person', 'mallory', (_: number) => markerOf({ app, number: 1, author: bot }, ready)],
  ['by a person whose login looks alike', 'github-actions', () => markerOf({ app, number: 1, author: bot }, ready)],
  ['by another App', 'other-app[bot]', () => markerOf({ app, number: 1, author: bot }, ready)],
  ['by our App for another app', bot, () => markerOf({ app: 'other', number: 1, author: bot }, ready)],
  ['by our App for another pull request', bot, () => markerOf({ app, number: 2, author: bot }, ready)],
  ['by our App, quoted in a text', bot, () => `> ${markerOf({ app, number: 1, author: bot }, ready)}`],
  ['by our App, below another line', bot, () => `Hello\n${markerOf({ app, number: 1, author: bot }, ready)}`],
])('a comment %s with the marker is not ours: it stays, and says nothing', async (_, author, markerFor) => {
  const pull = await world.open({ labels: ['preview', 'preview-ready'] })
  const forged = `${markerFor(1)}\nforged`
  write(1, author, forged)
  // Its `since` would make the preview 53 years old; nothing else says how old it is, so it goes for that.
  await world.step({ mode: 'begin', number: '1' })
  await world.step(built(pull))
  const [first, ours, ...others] = world.comments(pull)
  expect(first).toBe(forged)
  expect(ours).toMatch(/^<!-- stovepipe:preview app=coolkit pull=1 state=ready/)
  expect(others).toEqual([])
  expect(await world.step({ mode: 'expire' })).toMatchObject({ numbers: [] })
})

test('two that write their first comment at the same time leave one', async () => {
  const pull = await world.open()
  const { after, other } = meanwhile('POST /issues/1/comments', () => world.step({ mode: 'begin', number: '1' }))
  await world.step({ mode: 'begin', number: '1' }, { after })
  await other()
  expect(world.comments(pull)).toHaveLength(1)
})

test('duplicates of a race are reduced to the oldest', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  const [body = ''] = world.comments(pull)
  write(1, bot, body)
  write(1, bot, body.replace('building', 'ready'))
  await world.step(built(pull))
  expect(world.repository.comments.map(({ id }) => id)).toHaveLength(1)
  expect(world.comments(pull)[0]).toContain('state=ready')
})

test('a comment that somebody deleted is written anew', async () => {
  const pull = await world.open()
  await world.step({ mode: 'begin', number: '1' })
  world.repository.comments.length = 0
  await world.step(built(pull))
  expect(world.comments(pull)).toEqual([expect.stringContaining('state=ready')])
})

test('a token that writes as somebody else is a mistake, said once, without a trail of comments', async () => {
  const pull = await world.open()
  const options = { login: 'my-app[bot]' }
  await expect(world.step({ mode: 'begin', number: '1' }, options)).rejects.toThrow(
    'input "comment-author": the token does not write comments as this account (found "github-actions[bot]"). Say comment-author: "my-app[bot]"',
  )
  expect(world.comments(pull)).toEqual([])
  await world.step({ mode: 'begin', number: '1', 'comment-author': 'my-app[bot]' }, options)
  await world.step({ ...built(pull), 'comment-author': 'my-app[bot]' }, options)
  expect(world.comments(pull)).toHaveLength(1)
})

/** Runs something while a request of that kind is answered; once. */
function meanwhile(moment: string, run: () => Promise<unknown>) {
  let running: Promise<unknown> | undefined
  return {
    other: async () => running,
    after: async (request: string) => {
      if (request !== moment || running) return
      running = run()
      await running
    },
  }
}
