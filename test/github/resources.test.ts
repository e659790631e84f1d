import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  addLabel,
  addStatus,
  type CheckContent,
  createCheck,
  createComment,
  createDeployment,
  deleteComment,
  dispatchWorkflow,
  type GitHub,
  getPull,
  listChecks,
  listComments,
  listDeployments,
  listOpenPulls,
  listReviews,
  type Run,
  removeLabel,
  runsOf,
  updateCheck,
  updateComment,
} from '../../github/index.ts'
import type { Fault, Permissions } from '../support/github/index.ts'
import { all, type Stage, startStage } from './stage.ts'

const name = 'acme/coolkit'
const sha = 'a'.repeat(40)
const at = 1_700_000_000_000
const content = (title: string): CheckContent => ({
  name: 'canary',
  externalId: 'release-1',
  state: { kind: 'completed', conclusion: 'failure', at },
  startedAt: at,
  title,
  summary: 'what was seen',
  annotations: [{ path: 'apps/coolkit/pipeline.yaml', line: 3, level: 'failure', message: 'too many errors' }],
})

type Row = { what: string; permission: string; act: (github: GitHub) => Promise<unknown> }

/** Each function that changes something, with the permission that its documentation names. */
const changes: Row[] = [
  { what: 'createCheck', permission: 'checks: write', act: github => createCheck(github, name, sha, content('bad')) },
  { what: 'updateCheck', permission: 'checks: write', act: github => updateCheck(github, name, 10, content('worse')) },
  {
    what: 'createDeployment',
    permission: 'deployments: write',
    act: github =>
      createDeployment(github, name, {
        ref: sha,
        environment: 'prod-eu1-b',
        task: 'stovepipe',
        payload: { release: '1' },
        description: 'batch 1',
      }),
  },
  {
    what: 'addStatus',
    permission: 'deployments: write',
    act: github =>
      addStatus(github, name, 20, { state: 'success', description: 'accepted', environmentUrl: 'https://a.example' }),
  },
  {
    what: 'createComment',
    permission: 'issues: write or pull-requests: write',
    act: github =>
      createComment(github, name, {
        number: 1,
        body: 'sticky',
        find: async () => (await listComments(github, name, 1)).find(({ body }) => body === 'sticky'),
      }),
  },
  {
    what: 'updateComment',
    permission: 'issues: write or pull-requests: write',
    act: github => updateComment(github, name, { id: 30, body: 'anew' }),
  },
  {
    what: 'deleteComment',
    permission: 'issues: write or pull-requests: write',
    act: github => deleteComment(github, name, 30),
  },
  {
    what: 'addLabel',
    permission: 'issues: write or pull-requests: write',
    act: github => addLabel(github, name, 1, 'Preview-Ready'),
  },
  {
    what: 'removeLabel',
    permission: 'issues: write or pull-requests: write',
    act: github => removeLabel(github, name, 1, 'BUG'),
  },
  {
    what: 'dispatchWorkflow',
    permission: 'actions: write',
    act: github =>
      dispatchWorkflow(github, {
        repository: name,
        workflow: 'promote.yml',
        ref: 'main',
        inputs: { image: 'x@1' },
        title: 'x@1',
      }),
  },
]

const workflow = { repository: name, workflow: 'promote.yml' }
const waitingTwice = [
  { state: 'waiting', count: 9 },
  { state: 'waiting', count: 9 },
] as const
async function allRuns(github: GitHub): Promise<Run[]> {
  const all: Run[] = []
  for await (const run of runsOf(github, workflow, waitingTwice)) all.push(run)
  return all
}

const reads: Row[] = [
  { what: 'listChecks', permission: 'checks: read', act: github => listChecks(github, name, sha) },
  { what: 'listDeployments', permission: 'deployments: read', act: github => listDeployments(github, name) },
  {
    what: 'listComments',
    permission: 'issues: read or pull-requests: read',
    act: github => listComments(github, name, 1),
  },
  { what: 'getPull', permission: 'pull-requests: read', act: github => getPull(github, name, 1) },
  { what: 'listOpenPulls', permission: 'pull-requests: read', act: github => listOpenPulls(github, name) },
  {
    what: 'listReviews',
    permission: 'actions: read',
    act: github => listReviews(github, { repository: name, run: 40, environment: 'production' }),
  },
  {
    what: 'runsOf',
    permission: 'actions: read',
    act: github => allRuns(github),
  },
]

const says = (message: string) => ({ message })
const faults: [what: string, fault: Fault][] = [
  ['401 of a token that was revoked', { instead: { status: 401, body: says('Bad credentials') } }],
  ['429', { instead: { status: 429, headers: { 'retry-after': '9' } } }],
  ['a secondary rate limit', { instead: { status: 403, body: says('You have exceeded a secondary rate limit.') } }],
  ['502 before', { instead: { status: 502 } }],
  ['502 after', { afterwards: { status: 502 } }],
  ['no answer before', { instead: 'drop' }],
  ['no answer after', { afterwards: 'drop' }],
  ['a cut answer', { afterwards: 'cut' }],
]

let stage: Stage
const start = async (permissions: Permissions = all) => {
  const made = await startStage({ permissions })
  fill(made)
  return made
}
beforeEach(async () => {
  stage = await start()
})
afterEach(() => stage.close())

/** A repository with one of everything. */
function fill({ server }: Stage): void {
  const repository = server.state.repositories.get(name)
  if (!repository) throw new Error('no repository')
  const createdAt = '2026-01-01T00:00:00Z'
  const output = { title: 'bad', summary: 'so', text: null, annotations: [] }
  const check = { id: 10, name: 'canary', sha, externalId: 'release-0', detailsUrl: null, status: 'in_progress' }
  repository.checks.push({ ...check, conclusion: null, startedAt: createdAt, completedAt: null, ...output })
  const usual = { ref: sha, sha, task: 'stovepipe', payload: {}, description: null, creator: 'someone', createdAt }
  const deployment = { ...usual, environment: 'prod-eu1-a', transient: false, production: false }
  const status = { id: 25, state: 'success', description: 'before', logUrl: '', environmentUrl: '', createdAt }
  repository.deployments.push({ ...deployment, id: 19, statuses: [status] }, { ...deployment, id: 20, statuses: [] })
  repository.comments.push({ id: 30, number: 1, author: 'someone', body: 'old', createdAt, updatedAt: createdAt })
  server.workflow(name, 'promote.yml', { inputs: ['image'], runName: ({ image = '' }) => `promote ${image}` })
  server.run(name, {
    id: 40,
    workflow: 'promote.yml',
    status: 'waiting',
    jobs: [
      { id: 41, name: 'approve', status: 'waiting', conclusion: null, environment: 'production' },
      { id: 42, name: 'admit', status: 'completed', conclusion: 'success' },
    ],
  })
  repository.pulls.get(1)?.labels.push('bug')
}

/** Without the times, which waits move. */
function whatIsThere({ server }: Stage): unknown {
  const { checks, deployments, comments, pulls, runs } = server.state.repositories.get(name) ?? {}
  const text = JSON.stringify({ checks, deployments, comments, labels: pulls?.get(1)?.labels, runs })
  return JSON.parse(text.replace(/"(createdAt|updatedAt)":"[^"]*"/g, '"$1":""'))
}

test.each(changes)('$what leaves the same behind whatever happens on the way', async ({ act }) => {
  await act(stage.github)
  const wanted = whatIsThere(stage)
  for (const [what, fault] of faults) {
    const made = await start()
    made.server.faults.add(fault)
    await act(made.open({ token: renewable(made) }))
    expect([what, whatIsThere(made)]).toEqual([what, wanted])
    await made.close()
  }
})

test.each(reads)('$what gives the same whatever happens on the way', async ({ act }) => {
  const wanted = await act(stage.github)
  for (const [what, fault] of faults) {
    stage.server.faults.add(fault)
    expect([what, await act(stage.open({ token: renewable(stage) }))]).toEqual([what, wanted])
  }
})

/** The first token, and another when that was refused. */
function renewable({ server, token }: Stage) {
  const other = server.token({ repositories: [name], permissions: all })
  return async (refused?: string) => (refused === undefined ? token : other)
}

test.each([...changes, ...reads])('$what without the permission names it: $permission', async ({ act, permission }) => {
  const made = await start({})
  const before = whatIsThere(made)
  expect(await made.failure(act(made.github))).toMatchObject({ kind: 'forbidden', permission })
  expect(whatIsThere(made)).toEqual(before)
  await made.close()
})

test('a check run of another App is not changed', async () => {
  const { id } = await createCheck(stage.github, name, sha, content('bad'))
  const token = stage.server.token({ repositories: [name], permissions: all, login: 'another[bot]' })
  expect(await stage.failure(updateCheck(stage.open({ token }), name, id, content('good')))).toMatchObject({
    kind: 'forbidden',
    message: expect.stringContaining('can only be modified by the GitHub App that created it'),
  })
})

test('what is gone already is as good as deleted, and a comment that is gone is not changed', async () => {
  await deleteComment(stage.github, name, 999)
  await removeLabel(stage.github, name, 1, 'never-there')
  expect(await updateComment(stage.github, name, { id: 999, body: 'x' })).toBeUndefined()
})

test('a status that was replaced in the meantime is found all the same', async () => {
  stage.server.faults.add({ on: 'POST', afterwards: 'drop' })
  const success = { state: 'success', description: 'accepted' } as const
  const adding = addStatus(stage.github, name, 19, success)
  const deployment = stage.server.state.repositories.get(name)?.deployments.find(({ id }) => id === 19)
  while ((deployment?.statuses.length ?? 0) < 2) await new Promise(resolve => setImmediate(resolve))
  deployment?.statuses.push({
    id: 99,
    state: 'inactive',
    description: '',
    logUrl: '',
    environmentUrl: '',
    createdAt: '2026-01-01T00:00:00Z',
  })
  await adding
  expect(deployment?.statuses.map(({ state }) => state)).toEqual(['success', 'success', 'inactive'])
})

test('a status of long ago is not taken for the one that was to be given', async () => {
  const again = { state: 'in_progress', description: 'batch 1' } as const
  await addStatus(stage.github, name, 20, again)
  await addStatus(stage.github, name, 20, { state: 'success', description: 'accepted' })
  stage.server.faults.add({ on: 'POST', instead: 'drop' })
  await addStatus(stage.github, name, 20, again)
  const deployment = stage.server.state.repositories.get(name)?.deployments.find(({ id }) => id === 20)
  expect(deployment?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'success', 'in_progress'])
})

test('runs come with their jobs, each once, and are asked for as far as one looks', async () => {
  expect(await allRuns(stage.github)).toEqual([
    { id: 40, url: expect.any(String), jobs: expect.arrayContaining([{ name: 'approve', status: 'waiting' }]) },
  ])
  const before = stage.sent().length
  for await (const { id } of runsOf(stage.github, workflow, waitingTwice)) if (id === 40) break
  expect(stage.sent().length - before).toBe(2)
})

const dispatch = { repository: name, workflow: 'promote.yml', ref: 'main', inputs: { image: 'x@1' } }

test('a dispatch gives the run that it started; an older server, which knows no such answer, starts it all the same', async () => {
  expect(await dispatchWorkflow(stage.github, dispatch)).toMatchObject({
    id: expect.any(Number),
    url: expect.stringContaining('/runs/'),
  })
  const message = 'Invalid request.\n\n"return_run_details" is not a permitted key.'
  stage.server.faults.add({ on: 'POST', instead: { status: 422, body: { message } } })
  expect(await dispatchWorkflow(stage.github, dispatch)).toEqual({})
  expect(stage.server.state.repositories.get(name)?.runs).toHaveLength(3)
})

test('a dispatch that cannot be looked up is sent again: one too many does less harm than none', async () => {
  stage.server.faults.add({ on: 'POST', afterwards: 'drop' })
  await dispatchWorkflow(stage.github, dispatch)
  expect(
    stage.server.state.repositories.get(name)?.runs.filter(({ event }) => event === 'workflow_dispatch'),
  ).toHaveLength(3)
})

const cures: [what: string, change: object, workflow: object, cure: RegExp][] = [
  [
    'no such workflow',
    { workflow: 'gone.yml' },
    {},
    /acme\/coolkit has \.github\/workflows\/gone\.yml on its default branch.*`actions: write`/,
  ],
  ['no such ref', { ref: 'gone' }, {}, /no branch or tag gone/],
  ['no workflow_dispatch', {}, { inputs: undefined }, /Add `on: workflow_dispatch` to promote\.yml/],
  ['a disabled workflow', {}, { state: 'disabled_manually' }, /Enable promote\.yml, on the Actions page/],
  [
    'an input that it does not have',
    { inputs: { colour: 'red' } },
    {},
    /inputs must be those that promote\.yml declares at main/,
  ],
  ['an input that is missing', { inputs: {} }, { required: ['image'] }, /inputs must be those/],
]

test.each(cures)('%s comes with its cure', async (_, change, workflow, cure) => {
  const promote = stage.server.state.repositories.get(name)?.workflows.get('promote.yml')
  Object.assign(promote ?? {}, workflow)
  expect(await stage.failure(dispatchWorkflow(stage.github, { ...dispatch, ...change }))).toMatchObject({
    message: expect.stringMatching(cure),
  })
})
