import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { type BareRepository, createRepository } from '../support/git/bare.ts'
import { environmentId, type GitHubServer, startGitHub } from '../support/github/index.ts'
import { operations } from '../support/github/operations.ts'

const everything = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  pull_requests: 'write',
} as const

let folder: string
let bare: BareRepository
let head: string
let github: GitHubServer
let token: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stovepipe-github-'))
  bare = await createRepository(join(folder, 'coolkit.git'), { 'README.md': 'a kit\n' })
  await bare.commit({ 'a.txt': 'a\n' }, { branch: 'feature' })
  await bare.git('update-ref', 'refs/heads/feature', await bare.head())
  await bare.commit({ 'a.txt': 'b\n' }, { branch: 'feature' })
  head = await bare.head()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  github = await startGitHub()
  github.repository('acme/coolkit', { folder: bare.folder, formerNames: ['acme/old'] })
  github.run('acme/coolkit', {
    id: 77,
    workflow: 'promote.yml',
    status: 'waiting',
    jobs: [{ id: 78, name: 'approve', status: 'waiting', conclusion: null, environment: 'production' }],
  })
  github.pull('acme/coolkit', { title: 'a change' })
  github.workflow('acme/coolkit', 'promote.yml', { inputs: ['image'], required: ['image'] })
  token = github.token({ repositories: ['acme/coolkit'], permissions: everything })
})
afterEach(() => github.close())

async function ask(route: string, body?: unknown, authorization = `Bearer ${token}`) {
  const [method = '', path = ''] = route.split(' ')
  const response = await fetch(github.url + path, {
    method,
    headers: { authorization },
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, body: parsed }
}

const production = environmentId('production')
const here = '/repos/acme/coolkit'
const check = { name: 'canary', output: { title: 'bad', summary: 'so it is' } }

/** One request for each operation that takes part in a session, in an order in which each finds what it needs. */
const session = (): [string, unknown, number][] => [
  ['GET /rate_limit', undefined, 200],
  ['GET /installation/repositories', undefined, 200],
  [`GET ${here}`, undefined, 200],
  [`GET ${here}/collaborators/someone/permission`, undefined, 200],
  [`GET ${here}/commits?sha=feature&path=a.txt`, undefined, 200],
  [`GET ${here}/commits/feature`, undefined, 200],
  [`GET ${here}/compare/main...feature`, undefined, 200],
  [`GET ${here}/contents/README.md`, undefined, 200],
  [`PUT ${here}/contents/new/file.txt`, { message: 'm', content: 'YQ==', branch: 'feature' }, 201],
  [`GET ${here}/branches/feature`, undefined, 200],
  [`GET ${here}/git/ref/heads/main`, undefined, 200],
  [`POST ${here}/git/refs`, { ref: 'refs/heads/other', sha: head }, 201],
  [`PATCH ${here}/git/refs/heads/other`, { sha: head }, 200],
  [`DELETE ${here}/git/refs/heads/other`, undefined, 204],
  [`POST ${here}/dispatches`, { event_type: 'promote', client_payload: { app: 'coolkit' } }, 204],
  [`POST ${here}/pulls`, { title: 't', head: 'feature', base: 'main' }, 201],
  [`GET ${here}/pulls?state=all`, undefined, 200],
  [`GET ${here}/pulls/1`, undefined, 200],
  [`PATCH ${here}/pulls/1`, { body: 'more' }, 200],
  [`POST ${here}/issues/1/comments`, { body: 'hello' }, 201],
  [`GET ${here}/issues/1/comments`, undefined, 200],
  [`GET ${here}/issues/comments/{comment}`, undefined, 200],
  [`PATCH ${here}/issues/comments/{comment}`, { body: 'hello again' }, 200],
  [`DELETE ${here}/issues/comments/{comment}`, undefined, 204],
  [`POST ${here}/labels`, { name: 'bug', color: 'ff0000' }, 201],
  [`GET ${here}/labels/bug`, undefined, 200],
  [`POST ${here}/issues/1/labels`, { labels: ['preview-ready', 'bug'] }, 200],
  [`GET ${here}/issues/1/labels`, undefined, 200],
  [`DELETE ${here}/issues/1/labels/bug`, undefined, 200],
  [`PUT ${here}/issues/1/labels`, { labels: ['bug'] }, 200],
  [`POST ${here}/deployments`, { ref: 'main', environment: 'prod-eu1-a', payload: { a: 'b' } }, 201],
  [`GET ${here}/deployments?environment=prod-eu1-a`, undefined, 200],
  [`GET ${here}/deployments/{deployment}`, undefined, 200],
  [`POST ${here}/deployments/{deployment}/statuses`, { state: 'inactive', description: 'gone' }, 201],
  [`GET ${here}/deployments/{deployment}/statuses`, undefined, 200],
  [`DELETE ${here}/deployments/{deployment}`, undefined, 204],
  [`POST ${here}/check-runs`, { ...check, head_sha: head }, 201],
  [`GET ${here}/check-runs/{check}`, undefined, 200],
  [`PATCH ${here}/check-runs/{check}`, { ...check, conclusion: 'failure' }, 200],
  [`GET ${here}/check-runs/{check}/annotations`, undefined, 200],
  [`GET ${here}/commits/main/check-runs`, undefined, 200],
  [`POST ${here}/actions/workflows/promote.yml/dispatches`, { ref: 'main', inputs: { image: 'x' } }, 204],
  [`GET ${here}/actions/workflows/promote.yml/runs?status=waiting`, undefined, 200],
  [`GET ${here}/actions/runs/77`, undefined, 200],
  [`GET ${here}/actions/runs/77/jobs`, undefined, 200],
  [`GET ${here}/actions/runs/77/pending_deployments`, undefined, 200],
  [
    `POST ${here}/actions/runs/77/pending_deployments`,
    { environment_ids: [production], state: 'approved', comment: '' },
    200,
  ],
  [`GET ${here}/actions/runs/77/approvals`, undefined, 200],
]

test('each operation answers as GitHub describes it', async () => {
  const ids = new Map<string, number>()
  const idSchema = z.object({ id: z.int() })
  for (const [route, body, status] of session()) {
    const answered = await ask(
      route.replace(/\{(\w+)\}/, (_, kind) => String(ids.get(kind))),
      body,
    )
    expect([route, answered.status, status === answered.status ? '' : answered.body]).toEqual([route, status, ''])
    const created = idSchema.safeParse(answered.body)
    const kind = /\/(comment|deployment|check)(?:s|-runs)$/.exec(route)?.[1]
    if (created.success && kind) ids.set(kind, created.data.id)
  }
  const asked = new Set<string>(github.requests.map(({ operation }) => operation))
  const byApp = ['app', 'none']
  const missed = Object.entries(operations).filter(([name, needed]) => !asked.has(name) && !byApp.includes(needed))
  expect(missed).toEqual([])
})

test('a request that GitHub describes otherwise is refused, and says where', async () => {
  const { status, body } = await ask(`POST ${here}/check-runs`, { ...check, head_sha: head, conclusion: 'good' })
  expect({ status, body }).toMatchObject({ status: 422, body: { message: expect.stringContaining('/conclusion') } })
  expect(await ask(`GET ${here}/pulls?status=open`)).toMatchObject({ status: 422 })
})

test('more than 50 annotations in one request are refused, and those of several requests add up', async () => {
  const annotation = { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'bad' }
  const sent = (count: number) => ({
    ...check,
    output: { ...check.output, annotations: Array(count).fill(annotation) },
  })
  expect(await ask(`POST ${here}/check-runs`, { ...sent(51), head_sha: head })).toMatchObject({ status: 422 })
  const created = await ask(`POST ${here}/check-runs`, { ...sent(50), head_sha: head })
  const { id } = z.object({ id: z.int() }).parse(created.body)
  await ask(`PATCH ${here}/check-runs/${id}`, sent(50))
  const { body, headers } = await ask(`GET ${here}/check-runs/${id}/annotations?per_page=60`)
  expect([z.array(z.unknown()).parse(body).length, headers.get('link')]).toEqual([
    60,
    expect.stringContaining('page=2'),
  ])
})

test('what a token lacks is 403 with the permission that would do, what it may not see is 404', async () => {
  github.repository('acme/secret')
  github.repository('acme/open', { private: false })
  token = github.token({ repositories: ['acme/coolkit'], permissions: { issues: 'read' } })
  const label = await ask(`POST ${here}/issues/1/labels`, { labels: ['a'] })
  expect(label).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } })
  expect(label.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write')
  expect(await ask(`GET ${here}/issues/1/labels`)).toMatchObject({ status: 200 })
  expect(await ask('GET /repos/acme/secret/pulls')).toMatchObject({ status: 404 })
  expect(await ask('GET /repos/acme/open/pulls')).toMatchObject({ status: 200 })
  expect(await ask(`GET ${here}`, undefined, 'Bearer ghs_unknown')).toMatchObject({ status: 401 })
})

test('a renamed repository redirects, and is found at the address that this leads to', async () => {
  const { status, headers } = await ask('GET /repos/acme/old/pulls?state=all')
  expect(status).toBe(301)
  const location = headers.get('location') ?? ''
  expect(await ask(`GET ${location.slice(github.url.length)}`)).toMatchObject({ status: 200, body: [{ number: 1 }] })
})

test('what the server does not have is a problem of the test', async () => {
  expect(await ask('GET /repos/acme/coolkit/stargazers')).toMatchObject({ status: 500 })
  expect(github.problems.splice(0)).toEqual([expect.stringContaining('GET /repos/acme/coolkit/stargazers')])
})

test("Argo CD's pull-request generator gets open pull requests below /api/v3", async () => {
  const { body } = await ask('GET /api/v3/repos/acme/coolkit/pulls?per_page=100')
  expect(body).toMatchObject([{ number: 1, head: { ref: 'a-branch' }, base: { ref: 'main' }, labels: [] }])
})
