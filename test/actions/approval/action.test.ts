import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runStep } from '../../support/runner.ts'
import { type Answering, answering } from '../answering.ts'

const main = new URL('../../../actions/approval/main.ts', import.meta.url)
const release = (tag: string) => ({ name: `${tag}.0a1b2c3.9f8e7d6c5b4a`, tag, digest: 'sha256:9', base: '0a1b2c3' })
const approval = JSON.stringify({
  app: 'coolkit',
  wave: 'canary',
  environment: 'production',
  release: release('sha-0123456789ab'),
})
const title = 'Approve coolkit canary sha-0123456789ab.0a1b2c3.9f8e7d6c5b4a'
const runs = '/repos/acme/gitops/actions/workflows/promote.yml/runs'

let github: Answering
beforeEach(async () => {
  github = await answering({ [`GET ${runs}`]: { status: 200, body: { total_count: 0, workflow_runs: [] } } })
})
afterEach(() => github.close())

const start = (inputs: Record<string, string>, env: Record<string, string> = {}) =>
  runStep(
    main,
    { approval, token: 'ghs_secretsecret', ...inputs },
    {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_RUN_ID: '9',
      GITHUB_WORKFLOW_REF: 'acme/gitops/.github/workflows/promote.yml@refs/heads/main',
      ...env,
    },
  )

/** A run of the promotion workflow, listed under a status, with one job. */
function listed(status: string, job: { name: string; status: string }): void {
  const run = { id: 4, display_title: 'Promote', html_url: 'https://github.example/r/4' }
  github.answers[`GET ${runs}?status=${status}&per_page=100`] = one('workflow_runs', run)
  github.answers['GET /repos/acme/gitops/actions/runs/4/jobs'] = one('jobs', { id: 5, html_url: null, ...job })
  github.answers['GET /repos/acme/gitops/actions/runs/4/approvals'] = { status: 200, body: [] }
}

function one(name: string, item: unknown) {
  return { status: 200, body: { total_count: 1, [name]: [item] } }
}

test('asks where no run waits, under a name that says what is approved', async () => {
  const { code, outputs } = await start({})
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ ask: 'true', title, environment: 'production' })
})

test('a long tag is cut in the name, and what tells releases of it apart is not', async () => {
  const wish = { ...JSON.parse(approval), release: release('t'.repeat(128)) }
  const { outputs } = await start({ approval: JSON.stringify(wish) })
  expect(outputs.title).toMatch(/^Approve coolkit canary t{58}….0a1b2c3.9f8e7d6c5b4a$/)
})

test.each([
  { status: 'waiting', name: title },
  { status: 'waiting', name: `promote / coolkit / ${title}` },
  { status: 'in_progress', name: `promote / coolkit / ${title}` },
  { status: 'pending', name: `promote / coolkit / ${title}` },
])('does not ask again while job "$name" waits in a run that is $status', async ({ status, name }) => {
  listed(status, { name, status: 'waiting' })
  const { code, log, outputs } = await start({})
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ ask: 'false', title })
  expect(log).toContain('asked for already, by https://github.example/r/4')
})

test.each([
  { what: 'another release', job: { name: 'promote / coolkit / Approve coolkit canary sha-other', status: 'waiting' } },
  { what: 'another build of its tag', job: { name: title.replace('9f8e7d6c5b4a', '000000000000'), status: 'waiting' } },
  { what: 'an app with a longer name', job: { name: `x${title}`, status: 'waiting' } },
  { what: 'a job that is over', job: { name: title, status: 'completed' } },
])('asks although there is $what', async ({ job }) => {
  listed('waiting', job)
  expect((await start({})).outputs).toMatchObject({ ask: 'true' })
})

test.each(['waiting', 'in_progress'])('does not ask again what was rejected in a run that is %s', async status => {
  listed(status, { name: `promote / coolkit / ${title}`, status: 'completed' })
  github.answers['GET /repos/acme/gitops/actions/runs/4/approvals'] = reviewed('rejected', 'Production')
  const { log, outputs } = await start({})
  expect(outputs).toMatchObject({ ask: 'false' })
  expect(log).toContain('bob rejected it in https://github.example/r/4')
})

test('where GitHub takes no more requests, the next run asks', async () => {
  const over = { message: 'API rate limit exceeded for installation ID 1.' }
  github.answers[`GET ${runs}`] = { status: 429, body: over, headers: { 'retry-after': '3600' } }
  const { code, log, outputs } = await start({})
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ ask: 'false', title })
  expect(log).toMatch(/^::warning::.*the next run asks/m)
})

test('hands over what is to be approved without a brace, and takes it back', async () => {
  const { outputs } = await start({})
  expect(outputs).toMatchObject({ wave: 'canary', release: 'sha-0123456789ab.0a1b2c3.9f8e7d6c5b4a' })
  expect(outputs.handover).toMatch(/^[A-Za-z0-9+/]+=*$/)
  const again = await start({ approval: outputs.handover ?? '' })
  expect(again.outputs).toEqual(outputs)
})

function reviewed(state: string, environment: string) {
  const one = { state, comment: '', user: { login: 'bob' }, environments: [{ id: 1, name: environment }] }
  return { status: 200, body: [one] }
}

/** A failed run that asked, and what a reviewer said in it. */
function failed(job: string, state: string, environment: string): void {
  const run = { id: 6, display_title: 'Promote', html_url: 'https://github.example/r/6' }
  github.answers[`GET ${runs}?status=failure&per_page=30`] = one('workflow_runs', run)
  github.answers['GET /repos/acme/gitops/actions/runs/6/jobs'] = one('jobs', { id: 7, name: job, status: 'completed' })
  github.answers['GET /repos/acme/gitops/actions/runs/6/approvals'] = reviewed(state, environment)
}

test('does not ask again what somebody rejected, and says what can be done', async () => {
  failed(`promote / coolkit / ${title}`, 'rejected', 'production')
  const { code, log, outputs } = await start({})
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ ask: 'false' })
  expect(log).toMatch(/^::warning::.*bob rejected it in https:\/\/github.example\/r\/6.*Run its failed job again/m)
})

test.each([
  {
    what: 'another release was rejected',
    job: 'Approve coolkit canary sha-other',
    state: 'rejected',
    where: 'production',
  },
  {
    what: 'another build of its tag was rejected',
    job: title.replace('9f8e7d6c5b4a', '000000000000'),
    state: 'rejected',
    where: 'production',
  },
  { what: 'it was approved and failed later', job: title, state: 'approved', where: 'production' },
  { what: 'another environment was rejected', job: title, state: 'rejected', where: 'staging' },
])('asks although $what', async ({ job, state, where }) => {
  failed(job, state, where)
  expect((await start({})).outputs).toMatchObject({ ask: 'true' })
})

test('asks, and warns once naming the permission, where GitHub does not let it look', async () => {
  github.answers[`GET ${runs}`] = { status: 403, body: { message: 'Resource not accessible by integration' } }
  const { code, log, outputs } = await start({})
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ ask: 'true', title })
  expect(log.match(/^::warning.*/gm)).toEqual([expect.stringContaining('`actions: read`')])
})

test('names who approved the environment in this run, once', async () => {
  const review = (login: string, state: string, name: string) => ({
    ...{ state, comment: '', user: { login } },
    environments: [{ id: 1, name }],
  })
  github.answers['GET /repos/acme/gitops/actions/runs/9/approvals'] = {
    status: 200,
    body: [
      review('alice', 'approved', 'Production'),
      review('bob', 'rejected', 'production'),
      review('carol', 'approved', 'staging'),
      review('alice', 'approved', 'production'),
    ],
  }
  expect((await start({ command: 'reviewer' })).outputs).toMatchObject({ by: 'alice', ask: '' })
})

test('names nobody where nobody had to review, or GitHub does not say', async () => {
  github.answers['GET /repos/acme/gitops/actions/runs/9/approvals'] = { status: 200, body: [] }
  expect(await start({ command: 'reviewer' })).toMatchObject({
    code: 0,
    outputs: { by: 'nobody, for environment production has no reviewers' },
  })
  delete github.answers['GET /repos/acme/gitops/actions/runs/9/approvals']
  const unknown = await start({ command: 'reviewer' })
  expect(unknown).toMatchObject({ code: 0, outputs: { by: 'somebody, and GitHub did not say who' } })
  expect(unknown.log).toContain('::warning::')
})

test.each([
  [{ approval: '' }, {}, 'not JSON'],
  [{ approval: '{"app":"coolkit"}' }, {}, 'input "approval"'],
  [{ command: 'approve' }, {}, 'input "command"'],
  [{}, { GITHUB_WORKFLOW_REF: '' }, 'do not name a run'],
])('refuses %j in %j', async (inputs, env, message) => {
  const { code, log } = await start(inputs, env)
  expect(code).toBe(1)
  expect(log).toContain(message)
  expect(github.requests).toEqual([])
})
