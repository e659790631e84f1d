import { expect, test } from '@jest/globals'
import { GitHubError, type GitHubErrorKind } from '../../../github/index.ts'
import { type Errand, openErrands } from '../../../steps/announce/errands.ts'
import { VirtualClock } from '../../support/clock.ts'

/** Errands that note what they did; a run may be told to fail. */
function desk() {
  const clock = new VirtualClock()
  const did: string[] = []
  const failures: string[] = []
  const errands = openErrands(clock, ({ key }, _error, what) => failures.push(`${key} ${what}`))
  const errand = (key: string, wish: string, fail?: () => Error | undefined): Errand => ({
    key,
    wish,
    subject: 'checks',
    async run() {
      const error = fail?.()
      if (error) throw error
      did.push(`${key} ${wish}`)
    },
  })
  return { clock, did, failures, errands, errand }
}

const failing = (kind: GitHubErrorKind, retryAt?: number) => new GitHubError(kind, { problem: 'no', retryAt })

test('of what is wanted at once about one thing, the newest is done, and nothing twice', async () => {
  const { did, errands, errand } = desk()
  for (const wish of ['one', 'two', 'two']) errands.want(errand('a', wish))
  await errands.drain()
  errands.want(errand('a', 'two'))
  errands.want(errand('b', 'one'))
  await errands.drain()
  expect(did).toEqual(['a two', 'b one'])
})

test('a wish that comes while its predecessor is carried out is not lost, nor is one that goes back', async () => {
  const { did, errands, errand } = desk()
  errands.want(errand('a', 'one'))
  await errands.drain()
  const second = errand('a', 'two')
  errands.want({
    ...second,
    async run() {
      errands.want(errand('a', 'one'))
      await second.run()
    },
  })
  await errands.drain()
  expect(did).toEqual(['a one', 'a two', 'a one'])
})

test.each<[GitHubErrorKind, string, string[]]>([
  ['forbidden', 'a subject', []],
  ['unauthorized', 'a subject', []],
  ['not-found', 'a subject', []],
  ['invalid', 'a errand', ['b one']],
  ['conflict', 'a errand', ['b one']],
  ['unexpected', 'a errand', ['b one']],
])('%s: %s is given up', async (kind, failure, then) => {
  const { did, failures, errands, errand } = desk()
  errands.want(errand('a', 'one', () => failing(kind)))
  errands.want(errand('b', 'one'))
  await errands.drain()
  errands.want(errand('a', 'one'))
  await errands.drain()
  expect(failures).toEqual([failure])
  expect(did).toEqual(then)
  expect(errands.undone()).toEqual([])
})

test('while GitHub is in trouble it is left alone; what was put off is done afterwards, or at the end', async () => {
  const { clock, did, failures, errands, errand } = desk()
  let error: Error | undefined = failing('rate-limited', clock.now() + 300_000)
  errands.want(errand('a', 'one', () => error))
  await errands.drain()
  expect(failures).toEqual(['a later'])
  expect(errands.undone()).toEqual(['a'])
  error = undefined
  errands.want(errand('b', 'one'))
  await new Promise(resolve => setImmediate(resolve))
  expect(did).toEqual([])
  clock.advance(300_000)
  errands.want(errand('c', 'one'))
  await new Promise(resolve => setImmediate(resolve))
  expect(did).toEqual(['a one', 'b one', 'c one'])
  error = failing('unavailable')
  errands.want(errand('a', 'two', () => error))
  await new Promise(resolve => setImmediate(resolve))
  error = undefined
  await errands.drain()
  expect(did.at(-1)).toBe('a two')
  expect(errands.undone()).toEqual([])
})

test('what is still under way is not done', async () => {
  const { errands, errand } = desk()
  let end = () => {}
  errands.want({ ...errand('a', 'one'), run: () => new Promise(resolve => (end = resolve)) })
  const drained = errands.drain()
  await new Promise(resolve => setImmediate(resolve))
  expect(errands.undone()).toEqual(['a'])
  end()
  await drained
  expect(errands.undone()).toEqual([])
})
