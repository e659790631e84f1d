import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Change, GitHub } from '../../github/index.ts'
import type { Fault } from '../support/github/index.ts'
import fc from '../support/property.ts'
import { type Stage, startStage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const here = { owner: 'acme', repo: 'coolkit', issue_number: 1 }
const route = '/repos/{owner}/{repo}/issues/{issue_number}'
const schema = z.object({ id: z.int(), body: z.string() })
const comments = () => stage.server.state.repositories.get('acme/coolkit')?.comments ?? []
const body = 'deployed'

const comment: Change<z.infer<typeof schema>> = {
  route: `POST ${route}/comments`,
  parameters: { ...here, body },
  schema,
}
const withLook = (github: GitHub): typeof comment => ({
  ...comment,
  find: async () => (await github.list(`GET ${route}/comments`, here, schema)).find(found => found.body === body),
})

/** Each is played once. `made`: whether GitHub did what was asked all the same. */
const faults: [what: string, fault: Fault, made: boolean][] = [
  ['502 before anything was done', { on: 'POST', instead: { status: 502 } }, false],
  ['502 after it was done', { on: 'POST', afterwards: { status: 502 } }, true],
  ['500 after it was done', { on: 'POST', afterwards: { status: 500, body: { message: 'Server Error' } } }, true],
  ['a connection that ends before anything was done', { on: 'POST', instead: 'drop' }, false],
  ['a connection that ends after it was done', { on: 'POST', afterwards: 'drop' }, true],
  ['an answer that is cut', { on: 'POST', afterwards: 'cut' }, true],
  ['an answer without its body', { on: 'POST', afterwards: { status: 201, body: '' } }, true],
  ['503 that names a time', { on: 'POST', afterwards: { status: 503, headers: { 'retry-after': '30' } } }, true],
  [
    'a page in place of the answer',
    { on: 'POST', afterwards: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } },
    true,
  ],
]

test.each(faults)('%s: it is looked up, and made once', async (_, fault, made) => {
  stage.server.faults.add(fault)
  expect(await stage.github.change(withLook(stage.github))).toMatchObject({ body })
  expect(comments()).toHaveLength(1)
  const [first, second, third] = stage.sent()
  expect([first, second]).toEqual(['POST /repos/acme/coolkit/issues/1/comments', expect.stringMatching(/^GET /)])
  expect(third).toBe(made ? undefined : first)
})

test.each(faults)(
  '%s: what cannot be looked up is not sent again, and the error says that it may be there',
  async (_, fault, made) => {
    stage.server.faults.add(fault)
    expect(await stage.failure(stage.github.change(comment))).toMatchObject({ uncertain: true })
    expect(stage.sent()).toHaveLength(1)
    expect(comments()).toHaveLength(made ? 1 : 0)
  },
)

test.each([{ instead: { status: 502 } }, { afterwards: 'drop' }] satisfies Fault[])(
  'trouble that lasts ends with an error: %j',
  async fault => {
    stage.server.faults.add({ on: 'POST', ...fault, times: 9 })
    stage.server.faults.add({ on: 'GET', instead: { status: 200, body: [] }, times: 9 }) // a list that lags behind
    expect(await stage.failure(stage.github.change(withLook(stage.github)))).toMatchObject({ uncertain: true })
    expect(stage.sent().filter(line => line.startsWith('POST'))).toHaveLength(4)
  },
)

test('a timeout: it is looked up, and made once', async () => {
  await stage.github.list(`GET ${route}/comments`, here, schema) // the first answer takes longer than others
  stage.server.faults.add({ on: 'POST', delay: 20_000 })
  const github = stage.open({ timeout: 1500 })
  expect(await github.change(withLook(github))).toMatchObject({ body })
  expect(comments()).toHaveLength(1)
})

test.each([
  ['a rate limit', { on: 'POST', instead: { status: 429, headers: { 'retry-after': '5' } }, times: 2 }],
  [
    'a secondary rate limit',
    { on: 'POST', instead: { status: 403, body: { message: 'You have exceeded a secondary rate limit' } } },
  ],
] satisfies [string, Fault][])('%s did nothing: it is sent again without a look', async (_, fault) => {
  stage.server.faults.add(fault)
  await stage.github.change(comment)
  expect(stage.sent().filter(line => line.startsWith('GET'))).toEqual([])
  expect(comments()).toHaveLength(1)
})

test('a refusal after a doubt is looked up before it is believed', async () => {
  stage.server.faults.add({ on: 'POST', instead: { status: 502 } })
  stage.server.faults.add({ on: 'GET', instead: { status: 200, body: [] } }) // what was made is not in the list yet
  stage.server.faults.add({ on: 'POST', afterwards: { status: 422, body: { message: 'already exists' } } })
  expect(await stage.github.change(withLook(stage.github))).toMatchObject({ body })
  expect(comments()).toHaveLength(1)
})

test('a look that fails leaves the first error, which says that it may have been made', async () => {
  stage.server.faults.add({ on: 'POST', afterwards: 'drop' })
  stage.server.faults.add({
    on: 'GET',
    instead: { status: 403, body: { message: 'Resource not accessible by integration' } },
  })
  expect(await stage.failure(stage.github.change(withLook(stage.github)))).toMatchObject({
    kind: 'unavailable',
    uncertain: true,
  })
})

test('what may be made twice is sent again without a look: a PATCH sets, a deletion that is done is done', async () => {
  const { id } = await stage.github.change(comment)
  const one = { owner: 'acme', repo: 'coolkit', comment_id: id }
  const path = '/repos/{owner}/{repo}/issues/comments/{comment_id}'
  stage.server.faults.add({ on: 'PATCH', afterwards: 'drop' })
  await stage.github.change({ route: `PATCH ${path}`, parameters: { ...one, body: 'new' }, schema })
  expect(comments()).toMatchObject([{ body: 'new' }])
  stage.server.faults.add({ on: 'DELETE', afterwards: 'drop' })
  await stage.github.change({ route: `DELETE ${path}`, parameters: one, schema: z.unknown() })
  expect(comments()).toEqual([])
  const again = stage.github.change({ route: `DELETE ${path}`, parameters: one, schema: z.unknown() })
  expect(await stage.failure(again)).toMatchObject({ kind: 'not-found' }) // not ours: it was gone before
})

const anyFault = fc.record(
  {
    on: fc.constantFrom('POST' as const, 'GET' as const),
    skip: fc.nat(2),
    times: fc.integer({ min: 1, max: 3 }),
    how: fc.constantFrom<Pick<Fault, 'instead' | 'afterwards'>>(
      { instead: { status: 502 } },
      { instead: 'drop' },
      { instead: { status: 429, headers: { 'retry-after': '3' } } },
      { instead: { status: 404, body: { message: 'Not Found' } } },
      { afterwards: { status: 500 } },
      { afterwards: { status: 422, body: { message: 'Validation Failed' } } },
      { afterwards: 'drop' },
      { afterwards: 'cut' },
    ),
  },
  { requiredKeys: ['on', 'how'] },
)

test('no sequence of faults makes a change twice, and what is said to be made is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFault, { maxLength: 6 }), async list => {
      comments().length = 0
      stage.server.faults.clear()
      for (const { how, ...rest } of list) stage.server.faults.add({ ...rest, ...how })
      const made = await stage.github.change(withLook(stage.github)).catch(() => undefined)
      expect(comments().length).toBeLessThanOrEqual(1)
      if (made) expect(comments()).toMatchObject([{ id: made.id }])
    }),
    { numRuns: 60 },
  )
})
