import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runStep } from '../../support/runner.ts'
import { type Answering, answering } from '../answering.ts'

const main = new URL('../../../actions/dispatch/main.ts', import.meta.url)
const image = `ghcr.io/acme/coolkit:sha-0123456789ab@sha256:${'a'.repeat(64)}`
const given = { repository: 'acme/gitops', inputs: `app=coolkit\nimage=${image}`, token: 'ghs_secretsecret' }
const path = '/repos/acme/gitops/actions/workflows/promote.yml/dispatches'
const run = { workflow_run_id: 7, run_url: 'https://api.github.example/r/7', html_url: 'https://github.example/r/7' }

let github: Answering
beforeEach(async () => {
  github = await answering({ [`POST ${path}`]: { status: 200, body: run } })
})
afterEach(() => github.close())

const start = (inputs: Record<string, string>) => runStep(main, inputs, { GITHUB_API_URL: github.url })

test('starts the promotion with an app and an image, and says where it runs', async () => {
  const { code, log, outputs, summary } = await start(given)
  expect(log).toContain('started on main: https://github.example/r/7')
  expect(code).toBe(0)
  expect(github.requests).toMatchObject([{ method: 'POST', path, authorization: 'Bearer ghs_secretsecret' }])
  expect(github.requests[0]?.body).toMatchObject({ ref: 'main', inputs: { app: 'coolkit', image } })
  expect(outputs).toMatchObject({ run: '7', url: 'https://github.example/r/7' })
  expect(summary).toContain('https://github.example/r/7')
})

test('as an App, a token is minted for that repository and its actions alone, and is never shown', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  github.answers['GET /repos/acme/gitops/installation'] = { status: 200, body: { id: 5 } }
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  github.answers['POST /app/installations/5/access_tokens'] = { status: 201, body: { token: 'ghs_minted', expires_at } }
  const { code, log } = await start({ ...given, token: '', 'app-client-id': 'Iv23abc', 'app-private-key': key })
  expect(code).toBe(0)
  const minted = github.requests.find(({ path }) => path.endsWith('/access_tokens'))
  expect(minted?.body).toEqual({ repositories: ['gitops'], permissions: { actions: 'write' } })
  expect(github.requests.at(-1)).toMatchObject({ path, authorization: 'Bearer ghs_minted' })
  expect(log.replaceAll(/^::add-mask::.*\n/gm, '')).not.toMatch(/ghs_minted|PRIVATE KEY/)
})

test('hostile text is data: in the request as it is, in the log and summary harmless', async () => {
  const hostile = `x'"; $(id) \`id\` ::error::forged [a](javascript:b)`
  const { code, log, summary } = await start({ ...given, ref: hostile, inputs: `app=${hostile}` })
  expect(code).toBe(0)
  expect(github.requests[0]?.body).toMatchObject({ ref: hostile, inputs: { app: hostile } })
  expect(log).not.toMatch(/^::error/m)
  expect(summary).not.toContain('javascript')
})

test('a refusal fails the step with its cure, and without the token', async () => {
  github.answers[`POST ${path}`] = { status: 404, body: { message: 'Not Found' } }
  const { code, log } = await start(given)
  expect(code).toBe(1)
  expect(log).toMatch(/::error::promote.yml in acme\/gitops was not started.*Check that.*`actions: write`/)
  expect(log.replaceAll(/^::add-mask::.*\n/gm, '')).not.toContain('ghs_secretsecret')
})

test.each([
  [{ token: '' }, 'Pass app-client-id with app-private-key'],
  [{ 'app-client-id': 'Iv23abc' }, 'app-private-key'],
  [{ repository: 'gitops' }, 'Write it as owner/name'],
  [{ repository: '../gitops' }, 'Write it as owner/name'],
  [{ repository: 'acme/gitops/more' }, 'Write it as owner/name'],
  [{ workflow: '../../../user' }, 'Write the file name alone'],
  [{ workflow: 'promote' }, 'Write the file name alone'],
  [{ inputs: 'app=coolkit\nimage=good\nimage=evil' }, 'given twice'],
  [{ inputs: 'coolkit' }, 'not NAME=VALUE'],
])('sends nothing with %j', async (wrong, message) => {
  const { code, log } = await start({ ...given, ...wrong })
  expect(code).toBe(1)
  expect(log).toContain(message)
  expect(github.requests).toEqual([])
})
