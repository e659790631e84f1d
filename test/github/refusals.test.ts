import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { GitHubErrorKind } from '../../github/index.ts'
import type { Answer } from '../support/github/index.ts'
import { type Stage, startStage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const here = { owner: 'acme', repo: 'coolkit' }
const readPull = () =>
  stage.github.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...here, pull_number: 1 }, z.unknown())
const label = () =>
  stage.github.change({
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    parameters: { ...here, issue_number: 1, labels: ['a'] },
    schema: z.unknown(),
  })

const says = (message: string, more: object = {}) => ({
  message,
  documentation_url: 'https://docs.github.com',
  ...more,
})
const invalid = says('Validation Failed', {
  errors: [{ resource: 'Label', field: 'name', code: 'too_long' }, 'and a plain text', { message: 'and a message' }],
})
const needsIssues = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write,contents=read' }
const readable = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' }

const last = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700001800' }

type Row = [what: string, answer: Answer, kind: GitHubErrorKind, message: RegExp, permission?: string]

/** What GitHub answers, and what a person is told. None of these is asked for twice. */
const refusals: Row[] = [
  ['400', { status: 400, body: says('Problems parsing JSON') }, 'invalid', /HTTP 400, Problems parsing JSON/],
  ['401', { status: 401, body: says('Bad credentials') }, 'unauthorized', /Bad credentials.*expired.*app-client-id/],
  [
    '403 for lack of permission',
    { status: 403, headers: needsIssues, body: says('Resource not accessible by integration') },
    'forbidden',
    /by integration\. The token needs issues: write or pull-requests: write and contents: read.*job's `permissions`/,
    'issues: write or pull-requests: write and contents: read',
  ],
  [
    '403 for lack of permission of the last request of the hour',
    { status: 403, headers: { ...readable, ...last }, body: says('Resource not accessible by personal access token') },
    'forbidden',
    /by personal access token\. The token needs issues: write or pull-requests: write/,
    'issues: write or pull-requests: write',
  ],
  [
    '403 for another reason of the last request of the hour',
    { status: 403, headers: last, body: says('Must have admin rights to Repository.') },
    'forbidden',
    /HTTP 403, Must have admin rights to Repository\.$/,
  ],
  [
    '403 for an organization that limits what apps see, of the last request of the hour',
    {
      status: 403,
      headers: last,
      body: says(
        'Although you appear to have the correct authorization credentials, the `acme` organization has enabled OAuth App access restrictions, meaning that data access to third-parties is limited.',
      ),
    },
    'forbidden',
    /third-parties is limited\.$/,
  ],
  [
    '403 for another reason, which the permission would not mend',
    { status: 403, headers: readable, body: says('Repository was archived so is read-only.') },
    'forbidden',
    /HTTP 403, Repository was archived so is read-only\.$/,
  ],
  [
    '403 of a check run by a personal token',
    { status: 403, headers: readable, body: says('You must authenticate via a GitHub App.') },
    'forbidden',
    /A personal token cannot do this: pass the workflow's own/,
  ],
  ['403 without a word', { status: 403, body: '' }, 'forbidden', /HTTP 403\. Look up what the token may do/],
  [
    '403 of an organization with single sign-on',
    {
      status: 403,
      headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' },
      body: says('Resource protected by organization SAML enforcement'),
    },
    'forbidden',
    /single sign-on: authorize the token/,
  ],
  [
    '404 for lack of permission, or for nothing there',
    { status: 404, headers: readable, body: says('Not Found') },
    'not-found',
    /It does not exist, or the token may not see it: the token needs issues: write or pull-requests: write.*reaches its own repository alone, another needs an App/,
    'issues: write or pull-requests: write',
  ],
  [
    '404 of a proxy',
    { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>no\nsuch page</h1>' },
    'not-found',
    /<h1>no such page<\/h1>/,
  ],
  ['409', { status: 409, body: says('Git Repository is empty.') }, 'conflict', /HTTP 409, Git Repository is empty/],
  ['410', { status: 410, body: says('Issues are disabled for this repo') }, 'not-found', /Issues are disabled/],
  [
    '422 with fields',
    { status: 422, body: invalid },
    'invalid',
    /Validation Failed: Label\.name too_long; and a plain text; and a message/,
  ],
  ['451', { status: 451, body: says('Repository access blocked') }, 'forbidden', /access blocked/],
  ['418', { status: 418, body: says('teapot') }, 'unexpected', /HTTP 418, teapot/],
  ['304 that nobody asked for', { status: 304 }, 'unexpected', /HTTP 304/],
  [
    'a login page in place of the API',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    'unexpected',
    /not of GitHub's API.*Check the API's address http/,
  ],
  [
    'a redirect to another host',
    { status: 302, headers: { location: 'http://169.254.169.254/latest' } },
    'unexpected',
    /redirected to http:\/\/169\.254\.169\.254, which is not the API/,
  ],
  ['a redirect to nowhere', { status: 301 }, 'unexpected', /redirected to nowhere/],
]

test.each(refusals)('%s', async (...[, instead, kind, message, permission]) => {
  for (const call of [readPull, label]) {
    stage.server.faults.add({ instead })
    stage.server.requests.length = 0
    const error = await stage.failure(call())
    expect([error.kind, error.permission]).toEqual([kind, permission])
    expect(error.message).toMatch(message)
    expect(stage.sent()).toHaveLength(1)
  }
})

test('words from outside are one line, cut, and without the token that they repeat', async () => {
  const body = says(`you sent ${stage.token}\n::error::${'x'.repeat(1000)}`)
  stage.server.faults.add({ instead: { status: 403, body } })
  const { message } = await stage.failure(readPull())
  expect(message).toContain('you sent *** ::error::xxx')
  expect(message.split('\n')).toHaveLength(1)
  expect(message.length).toBeLessThan(700)
})

test('a token is hidden before the words are cut, and however JSON writes it', async () => {
  const token = 'gh"s\\x'
  const written = [...stage.token].map(letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  const cut = `${'x'.repeat(490)}${stage.token}`
  for (const body of [says(cut), cut, `{"message":"${written}"}`]) {
    stage.server.faults.add({ instead: { status: 403, body } })
    expect((await stage.failure(readPull())).message).toContain('***')
  }
  expect(stage.words.filter(line => line.includes(stage.token.slice(0, 8)))).toEqual([])
  stage.server.faults.add({ instead: { status: 422, body: says('no', { errors: [[token]] }) } })
  const { message } = await stage.failure(stage.open({ token }).get('GET /user', {}, z.unknown()))
  expect(message).toContain('no: ["***"]')
})

test.each([
  ['in the names of fields', (token: string) => JSON.stringify({ [token]: 1 }), /describes: .*\*\*\*/],
  ['in what is no JSON', (token: string) => `{"a": ${token}`, /the answer was cut off/],
])('a token is not shown when an answer holds it %s', async (_, body, message) => {
  const asked = () => stage.github.get('GET /repos/{owner}/{repo}', here, z.strictObject({}))
  stage.server.faults.add({ instead: { status: 200, body: body(stage.token) }, times: 4 })
  expect((await stage.failure(asked())).message).toMatch(message)
  expect(stage.words.filter(line => line.includes(stage.token.slice(0, 8)))).toEqual([])
})

test('a token that was refused and the one that took its place are both hidden', async () => {
  const github = stage.open({ token: async refused => (refused === undefined ? 'ghs_refused' : stage.token) })
  stage.server.faults.add({ instead: { status: 401 } })
  stage.server.faults.add({ instead: { status: 403, body: says(`not ghs_refused, not ${stage.token}`) } })
  const asked = github.get('GET /repos/{owner}/{repo}', here, z.unknown())
  expect((await stage.failure(asked)).message).toContain('not ***, not ***')
})

test('what GitHub gives is read as it came, whatever the token is', async () => {
  const { tokens } = stage.server.state
  const own = tokens.get(stage.token)
  if (!own) throw new Error('the stage has no token')
  tokens.set('e', { ...own, token: 'e' })
  const github = stage.open({ token: 'e' })
  const schema = z.object({ full_name: z.string(), default_branch: z.string(), private: z.boolean() })
  expect(await github.get('GET /repos/{owner}/{repo}', here, schema)).toMatchObject({
    full_name: 'acme/coolkit',
    private: true,
  })
  const secondary = says('You have exceeded a secondary rate limit.')
  stage.server.faults.add({ instead: { status: 403, body: secondary } })
  await github.get('GET /repos/{owner}/{repo}', here, schema)
  tokens.delete('e') // a letter that every line of the log has
})

test('a token that would break the header is refused before anything is sent, without being shown', async () => {
  const github = stage.open({ token: 'ghs_first\nghs_second' })
  const asked = github.get('GET /repos/{owner}/{repo}', here, z.unknown())
  await expect(asked).rejects.toThrow(/^(?!.*ghs_).*holds a space or line break/)
  expect(stage.sent()).toEqual([])
})

test('an answer that is not what the API describes names the field', async () => {
  const asked = stage.github.get('GET /repos/{owner}/{repo}', here, z.object({ owner: z.object({ login: z.int() }) }))
  expect(await stage.failure(asked)).toMatchObject({
    kind: 'unexpected',
    message: expect.stringMatching(/GET \/repos\/acme\/coolkit: .*owner\.login: /),
  })
})
