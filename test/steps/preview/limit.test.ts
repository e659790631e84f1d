import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { built, onceAfter, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

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

/** Gives a function that returns once it was called so often. */
function barrier(calls: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let called = 0
  return () => {
    if (++called === calls) resolve()
    return promise
  }
}
