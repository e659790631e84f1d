import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { type AppOptions, openApp } from '../../github/index.ts'
import { type Stage, startStage } from './stage.ts'

let stage: Stage
let credentials: { clientId: string; privateKey: string }
let masked: string[]
beforeEach(async () => {
  stage = await startStage()
  stage.server.repository('acme/gitops')
  credentials = stage.server.app({ repositories: ['acme/gitops'], permissions: { actions: 'write', contents: 'read' } })
  masked = []
})
afterEach(() => stage.close())

const open = (options: Partial<AppOptions> = {}) =>
  openApp({
    ...credentials,
    api: stage.server.url,
    fetch,
    clock: stage.clock,
    log: stage.log,
    mask: secret => masked.push(secret),
    ...options,
  })
const idSchema = z.object({ id: z.int() })
const gitops = { owner: 'acme', repo: 'gitops' }
const minutes = (count: number) => stage.clock.advance(count * 60_000)
const minted = () => stage.sent().filter(line => line.endsWith('/access_tokens')).length

test('a token is for one repository, with the permissions asked for and no others, and masked before it is given', async () => {
  const token = await open().tokenFor('acme/gitops', { actions: 'write' })()
  expect(stage.server.state.tokens.get(token)).toMatchObject({
    repositories: ['acme/gitops'],
    permissions: { actions: 'write' },
  })
  expect(masked).toContain(token)
})

test('nothing is asked before the first use, then once for all who ask at the same time', async () => {
  const token = open().tokenFor('acme/gitops', { contents: 'read' })
  expect(stage.sent()).toEqual([])
  const tokens = await Promise.all([token(), token(), token()])
  expect(new Set(tokens).size).toBe(1)
  expect(minted()).toBe(1)
})

test('a gate of eight hours: a token is renewed before its hour is over', async () => {
  const github = stage.open({ token: open().tokenFor('acme/gitops', { contents: 'read' }) })
  for (let asked = 0; asked < 32; asked++) {
    await github.get('GET /repos/{owner}/{repo}', gitops, idSchema)
    minutes(15)
  }
  expect(stage.server.requests.filter(({ status }) => status === 401)).toEqual([])
  expect(minted()).toBe(8)
})

test('a token has five minutes left whenever it is given', async () => {
  const token = open().tokenFor('acme/gitops', { contents: 'read' })
  const first = await token()
  minutes(54)
  expect(await token()).toBe(first)
  minutes(2)
  expect(await token()).not.toBe(first)
})

test('a token that is revoked in the middle is renewed once, for reads and for changes', async () => {
  const token = open().tokenFor('acme/gitops', { actions: 'write', contents: 'read' })
  const github = stage.open({ token })
  const revoke = async () => stage.server.state.tokens.delete(await token())
  await revoke()
  await github.get('GET /repos/{owner}/{repo}', gitops, idSchema)
  await revoke()
  stage.server.workflow('acme/gitops', 'promote.yml')
  const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'
  await github.change({
    route,
    parameters: { ...gitops, workflow_id: 'promote.yml', ref: 'main' },
    schema: z.unknown(),
  })
  expect(stage.server.state.repositories.get('acme/gitops')?.runs).toHaveLength(1)
  expect(minted()).toBe(3)

  stage.server.faults.add({ on: 'GET /repos/{owner}/{repo}', instead: { status: 401 }, times: 9 })
  const error = await stage.failure(github.get('GET /repos/{owner}/{repo}', gitops, idSchema))
  expect(error).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining('still installed') })
  expect(minted()).toBe(4)
})

test("a workflow's own token cannot be renewed: the error says what can", async () => {
  minutes(61)
  const asked = stage.github.get('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'coolkit' }, idSchema)
  expect(await stage.failure(asked)).toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining('give app-client-id and app-private-key, and it is renewed'),
  })
})

test("what a workflow's own token cannot reach an App's can", async () => {
  const read = (github = stage.github) => github.get('GET /repos/{owner}/{repo}', gitops, idSchema)
  expect((await stage.failure(read())).message).toContain('reaches its own repository alone, another needs an App')
  await read(stage.open({ token: open().tokenFor('acme/gitops', { contents: 'read' }) }))
})

test('an App without the permission is told where it gets it, not about a job', async () => {
  const github = stage.open({ token: open().tokenFor('acme/gitops', { contents: 'read' }) })
  const route = 'POST /repos/{owner}/{repo}/dispatches'
  const error = await stage.failure(
    github.change({ route, parameters: { ...gitops, event_type: 'x' }, schema: z.unknown() }),
  )
  expect(error).toMatchObject({ kind: 'forbidden', permission: 'contents: write' })
  expect(error.message).toMatch(
    /The App needs the permission contents: write, in its settings and accepted where it is installed$/,
  )
})

test('an App that is not installed there, or was not given what is asked for, says so', async () => {
  const elsewhere = await stage.failure(open().tokenFor('acme/coolkit', { contents: 'read' })())
  expect(elsewhere).toMatchObject({
    kind: 'not-found',
    message: expect.stringContaining('not installed on acme/coolkit'),
  })
  const more = await stage.failure(open().tokenFor('acme/gitops', { pull_requests: 'write' })())
  expect(more).toMatchObject({
    kind: 'forbidden',
    permission: 'pull-requests: write',
    message: expect.stringContaining('accept them'),
  })
})

test('an installation that was not found is looked for again', async () => {
  const token = open().tokenFor('acme/gitops', { contents: 'read' })
  stage.server.faults.add({ instead: { status: 404 } })
  await stage.failure(token())
  await token()
})

test('faults while a token is made are borne as others are', async () => {
  stage.server.faults.add({ instead: { status: 502 } })
  stage.server.faults.add({ on: 'POST', afterwards: 'drop' })
  await open().tokenFor('acme/gitops', { contents: 'read' })()
  expect(stage.sent().map(line => line.split(' ')[0])).toEqual(['GET', 'GET', 'POST', 'POST'])
})

test('another key than the one of the App', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const error = await stage.failure(open({ privateKey }).tokenFor('acme/gitops', {})())
  expect(error).toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining("Check the App's client id and private key"),
  })
})

test('a key on one line, as some stores of secrets keep it', async () => {
  const privateKey = credentials.privateKey.replaceAll('\n', '\\n')
  await open({ privateKey }).tokenFor('acme/gitops', { contents: 'read' })()
})

test.each(['', 'no key', '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----'])(
  '%j is no key',
  privateKey => {
    expect(() => open({ privateKey })).toThrow(/^(?!.*c2Vj)the GitHub App's private key cannot be read/)
  },
)

test.each(['', 'Iv1 2', 'a\nb'])('%j is no client id', clientId => {
  expect(() => open({ clientId })).toThrow("not a GitHub App's client id")
})
