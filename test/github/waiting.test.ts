import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { Fault } from '../support/github/index.ts'
import { type Stage, startStage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const here = { owner: 'acme', repo: 'coolkit' }
const idSchema = z.object({ id: z.int() })
const read = (github = stage.github) => github.get('GET /repos/{owner}/{repo}', here, idSchema)

const says = (message: string) => ({ message })
const secondary = says('You have exceeded a secondary rate limit. Please wait a few minutes before you try again.')
const reset = (seconds: number) => String(1_700_000_000 + seconds)
const usedUp = (seconds: number) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(seconds) })

/** Faults that pass while one call waits, and how long that is, in seconds. */
const passing: [what: string, fault: Fault, waits: number][] = [
  ['500 once', { instead: { status: 500, body: says('Server Error') } }, 1],
  [
    '502 with a page of the gateway',
    { instead: { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' } },
    1,
  ],
  ['503 twice', { instead: { status: 503 }, times: 2 }, 1 + 3],
  ['504 three times', { instead: { status: 504 }, times: 3 }, 1 + 3 + 9],
  ['no answer, and the end of the connection', { instead: 'drop' }, 1],
  ['an answer cut in the middle', { afterwards: 'cut' }, 1],
  ['a whole answer that is half of the JSON', { instead: { status: 200, body: '{"id": 1' } }, 1],
  ['an empty answer where JSON is announced', { instead: { status: 200, body: '' } }, 1],
  ['503 that names a longer time', { instead: { status: 503, headers: { 'retry-after': '30' } } }, 30],
  ['502 that names a shorter time, twice', { instead: { status: 502, headers: { 'retry-after': '2' } }, times: 2 }, 5],
  [
    '500 that names a date',
    { instead: { status: 500, headers: { 'retry-after': 'Tue, 14 Nov 2023 22:14:20 GMT' } } },
    60,
  ],
  ['429 with Retry-After', { instead: { status: 429, headers: { 'retry-after': '7' }, body: says('slow down') } }, 7],
  ['429 without a time', { instead: { status: 429, body: says('slow down') } }, 60],
  ['429 with a date', { instead: { status: 429, headers: { 'retry-after': 'Tue, 14 Nov 2023 22:13:50 GMT' } } }, 30],
  [
    'a secondary limit with Retry-After',
    { instead: { status: 403, headers: { 'retry-after': '30' }, body: secondary } },
    30,
  ],
  ['a secondary limit without a time', { instead: { status: 403, body: secondary } }, 60],
  [
    'a primary limit until its reset',
    { instead: { status: 403, headers: usedUp(90), body: says('API rate limit exceeded') } },
    91,
  ],
  [
    'a primary limit as 429',
    { instead: { status: 429, headers: usedUp(20), body: says('API rate limit exceeded') } },
    21,
  ],
  [
    'a reset that is over already',
    { instead: { status: 403, headers: usedUp(-60), body: says('API rate limit exceeded') } },
    1,
  ],
]

test.each(passing)('%s passes', async (_, fault, waits) => {
  const from = stage.clock.now()
  stage.server.faults.add(fault)
  await read()
  expect((stage.clock.now() - from) / 1000).toBe(waits)
  expect(stage.sent()).toHaveLength((fault.times ?? 1) + 1)
})

test('a timeout is an answer that does not come', async () => {
  await read() // the first answer takes longer than others
  stage.server.faults.add({ delay: 20_000 })
  await read(stage.open({ timeout: 1500 }))
  expect(stage.sent()).toHaveLength(3)
})

test('a runner whose clock is wrong waits as long as GitHub says', async () => {
  const hour = 3_600_000
  for (const wrong of [hour, -hour]) {
    const waits: number[] = []
    const clock = {
      now: () => stage.clock.now() + wrong,
      sleep: async (ms: number) => {
        waits.push(ms)
        stage.clock.advance(ms)
      },
    }
    const left = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(stage.clock.now() / 1000 + 90) }
    stage.server.faults.add({ instead: { status: 403, headers: left, body: says('API rate limit exceeded') } })
    await read(stage.open({ clock }))
    const until = new Date(stage.clock.now() + 40_000).toUTCString()
    stage.server.faults.add({ instead: { status: 503, headers: { 'retry-after': until } } })
    await read(stage.open({ clock }))
    expect(waits).toEqual([91_000, 40_000])
  }
})

test('a limit that is over by its own account and goes on is asked about less and less often', async () => {
  const from = stage.clock.now()
  const over = { status: 403, headers: usedUp(-60), body: says('API rate limit exceeded') }
  stage.server.faults.add({ instead: over, times: 99 })
  expect(await stage.failure(read())).toMatchObject({ kind: 'rate-limited' })
  expect(stage.sent()).toHaveLength(5)
  expect((stage.clock.now() - from) / 1000).toBe(1 + 3 + 9 + 27)
})

/** What is not waited out: how often it was asked, and what a person is told. */
const lasting: [what: string, fault: Fault, asked: number, kind: string, message: RegExp][] = [
  ['GitHub in trouble for longer', { instead: { status: 502 }, times: 9 }, 4, 'unavailable', /HTTP 502/],
  ['connections that end, for longer', { instead: 'drop', times: 9 }, 4, 'unavailable', /GET \/repos\/acme\/coolkit: /],
  [
    'an hour without requests left',
    { instead: { status: 403, headers: usedUp(1800), body: says('API rate limit exceeded') } },
    1,
    'rate-limited',
    /requests of this hour are used up\)\. GitHub may be asked again at 2023-11-14T22:43:21\.000Z/,
  ],
  [
    'trouble for longer than one call waits',
    { instead: { status: 503, headers: { 'retry-after': '600' } } },
    1,
    'unavailable',
    /HTTP 503\. GitHub may be asked again at 2023-11-14T22:23:20\.000Z/,
  ],
  [
    'trouble that names a long time again and again',
    { instead: { status: 503, headers: { 'retry-after': '50' } }, times: 9 },
    3,
    'unavailable',
    /HTTP 503/,
  ],
  [
    'a limit that never ends by its own account',
    {
      instead: { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9'.repeat(30) } },
      times: 9,
    },
    3,
    'rate-limited',
    /used up/,
  ],
  [
    'limits one after another',
    { instead: { status: 429, headers: { 'retry-after': '50' } }, times: 9 },
    3,
    'rate-limited',
    /too many at once/,
  ],
]

test.each(lasting)('%s is an error', async (_, fault, asked, kind, message) => {
  stage.server.faults.add(fault)
  expect(await stage.failure(read())).toMatchObject({ kind, message: expect.stringMatching(message) })
  expect(stage.sent()).toHaveLength(asked)
})

test('nothing listens there: the system says why', async () => {
  const other = await startStage()
  await other.close()
  const error = await stage.failure(read(stage.open({ api: other.server.url })))
  expect(error).toMatchObject({
    kind: 'unavailable',
    uncertain: false,
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a wait ends with the signal, and so does a request', async () => {
  const controller = new AbortController()
  const cancelled = new Error('the job was cancelled')
  const github = stage.open({
    signal: controller.signal,
    clock: {
      now: () => stage.clock.now(),
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          controller.abort(cancelled)
        }),
    },
  })
  stage.server.faults.add({ instead: { status: 502 } })
  await expect(read(github)).rejects.toBe(cancelled)
  await expect(read(github)).rejects.toBe(cancelled)

  const later = new AbortController()
  stage.server.faults.add({ delay: 2000 })
  setTimeout(() => later.abort(cancelled), 100)
  await expect(read(stage.open({ signal: later.signal }))).rejects.toBe(cancelled)
  expect(stage.sent()).toHaveLength(2)
})

test('all pages are read, each with patience of its own', async () => {
  const repository = stage.server.state.repositories.get('acme/coolkit')
  for (let id = 1; id <= 250; id++) {
    repository?.comments.push({
      id,
      number: 1,
      author: 'someone',
      body: `${id}`,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    })
  }
  stage.server.faults.add({ instead: { status: 502 }, skip: 2, times: 3 })
  stage.server.faults.add({ afterwards: 'cut' })
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const comments = await stage.github.list(route, { ...here, issue_number: 1 }, idSchema)
  expect(comments.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1))
})

const links: [what: string, link: (url: string) => string, message: RegExp][] = [
  [
    'to another host',
    () => '<http://169.254.169.254/repos?page=2>; rel="next"',
    /next page is not at the API's address/,
  ],
  ['to another port', url => `<${url.replace(/\d+$/, '1')}/repos?page=2>; rel="next"`, /next page is not at/],
  [
    'with a name and password',
    url => `<${url.replace('//', '//me:you@')}/repos?page=2>; rel="next"`,
    /next page is not at/,
  ],
  ['to nothing', () => '<>; rel="next"', /next page is not at/],
]

test.each(links)('a link %s is not followed', async (_, link, message) => {
  stage.server.faults.add({ headers: { link: link(stage.server.url) } })
  const asked = stage.github.list('GET /repos/{owner}/{repo}/pulls', here, idSchema)
  expect(await stage.failure(asked)).toMatchObject({ kind: 'unexpected', message: expect.stringMatching(message) })
  expect(stage.sent()).toHaveLength(1)
})

test('a list that links in a circle ends', async () => {
  const link = `<${stage.server.url}/repos/acme/coolkit/pulls?page=1>; rel="prev", <${stage.server.url}/repos/acme/coolkit/pulls>; rel="next"`
  const page = () => new Response('[]', { headers: { link, 'content-type': 'application/json' } })
  const asked = stage.open({ fetch: async () => page() }).list('GET /repos/{owner}/{repo}/pulls', here, idSchema)
  expect(await stage.failure(asked)).toMatchObject({ message: expect.stringContaining('does not end') })
})

test('an answer without an end is given up', async () => {
  const endless = () => new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(2 ** 20)) })
  const error = await stage.failure(read(stage.open({ fetch: async () => new Response(endless()) })))
  expect(error).toMatchObject({ kind: 'unexpected', message: expect.stringContaining('larger than 33554432 bytes') })
})

test('a list beside total_count is one too; anything else is none', async () => {
  stage.server.run('acme/coolkit', { workflow: 'promote.yml', id: 7 })
  stage.server.workflow('acme/coolkit', 'promote.yml')
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  expect(await stage.github.list(route, { ...here, workflow_id: 'promote.yml' }, idSchema)).toEqual([{ id: 7 }])
  expect(
    await stage.failure(
      stage.github.list('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: 'main' }, z.unknown()),
    ),
  ).toMatchObject({
    kind: 'unexpected',
  })
})

test('a renamed repository is found at its new name, in reads and changes', async () => {
  stage.server.state.repositories.get('acme/coolkit')?.formerNames.push('acme/old')
  const old = { owner: 'acme', repo: 'old' }
  await stage.github.get('GET /repos/{owner}/{repo}', old, idSchema)
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const body = 'hello'
  await stage.github.change({ route, parameters: { ...old, issue_number: 1, body }, schema: idSchema })
  expect(stage.server.state.repositories.get('acme/coolkit')?.comments).toMatchObject([{ body }])
  expect(stage.sent().slice(-2)).toEqual([
    'POST /repos/acme/old/issues/1/comments',
    'POST /repos/acme/coolkit/issues/1/comments',
  ])
})

test('redirects that lead in a circle end', async () => {
  const location = `${stage.server.url}/repos/acme/coolkit`
  stage.server.faults.add({ instead: { status: 307, headers: { location } }, times: 99 })
  expect(await stage.failure(read())).toMatchObject({ message: expect.stringContaining('more than 5 redirects') })
  expect(stage.sent()).toHaveLength(6)
})

test('a GitHub Enterprise Server has its API below /api/v3, and tokens go nowhere else', async () => {
  const server = await startStage({ prefix: '/api/v3' })
  try {
    await read(server.github)
    await read(server.open({ api: `${server.server.url}/` }))
    const link = `<${server.server.url.replace('/api/v3', '')}/repos/acme/coolkit/pulls?page=2>; rel="next"`
    server.server.faults.add({ headers: { link } })
    const asked = server.github.list('GET /repos/{owner}/{repo}/pulls', here, idSchema)
    expect((await server.failure(asked)).message).toContain("not at the API's address")
  } finally {
    await server.close()
  }
})

test.each(['', 'api.github.com', 'ftp://github.com', 'https://me:secret@github.com', 'https://github.com?x=1'])(
  '%j is no address',
  api => {
    expect(() => stage.open({ api })).toThrow(/^(?!.*secret).*not the address of GitHub's API/)
  },
)

test('what fills a path stays in it', async () => {
  const parameters = { owner: 'acme', repo: '../../user', issue_number: '1/../2?x=#' }
  const error = await stage.failure(
    stage.github.get('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', parameters, z.unknown()),
  )
  expect(error.kind).toBe('not-found')
  expect(stage.sent()).toEqual(['GET /repos/acme/..%2F..%2Fuser/issues/1%2F..%2F2%3Fx%3D%23/labels'])
})
