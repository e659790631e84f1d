import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type GitHub, openGitHub } from '../../../github/index.ts'
import { silentLog } from '../../../host/index.ts'
import { commitIn, fileIn, type Home, type PinCommit } from '../../../steps/announce/home.ts'
import { image } from '../../gitops/promotion/stage.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type BareRepository, createRepository } from '../../support/git/index.ts'
import type { GitHubServer } from '../../support/github/index.ts'
import { everything, gitops, server, source, startServer } from './world.ts'

let folder: string
let github: GitHubServer
let api: GitHub
let repository: BareRepository

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'home-'))
  github = await startServer()
  repository = await createRepository(join(folder, 'gitops.git'), { 'kit/apps/app/clusters/a/pin.yaml': 'v0\n' })
  github.repository(gitops, { folder: repository.folder })
  const token = github.token({ repositories: [gitops], permissions: everything })
  api = openGitHub({ api: github.url, token, fetch, clock: new VirtualClock(), log: silentLog })
})
afterEach(async () => {
  await github.close()
  await rm(folder, { recursive: true, force: true })
})

const places = { server, repository: gitops, branch: 'main', directory: './kit' }
const home: Home = { kind: 'gitops', repository: gitops }
const pin = (text: string) => repository.commit({ 'kit/apps/app/clusters/a/pin.yaml': `${text}\n` })
const elsewhere = () => repository.commit({ 'README.md': `${Math.random()}\n` })
const release = { ...image(1), base: 'b'.repeat(40) }
const found = (at: PinCommit | undefined) =>
  commitIn(home, { release, folder: 'apps/app/clusters/a', pin: at }, api, places)

test('the commit of a pin is the one that was written on its parent, whoever wrote in that folder since', async () => {
  await pin('v1')
  const parent = await elsewhere()
  const commit = await pin('v2')
  expect(await found({ onto: parent })).toBe(commit)
  await elsewhere()
  await pin('v2 # by hand')
  expect(await found({ onto: parent })).toBe(commit)
})

test('a commit that did not touch the folder is none, though it was written on that parent', async () => {
  const parent = await pin('v1')
  await elsewhere()
  await pin('v2')
  expect(await found({ onto: parent })).toBeUndefined()
})

test('the pin before another is the last commit to the folder before that', async () => {
  const commit = await pin('v1')
  const parent = await elsewhere()
  await pin('v0')
  expect(await found({ before: parent })).toBe(commit)
})

test('what this run wrote is not asked for, and a pin that nobody knows has no commit', async () => {
  expect(await found({ known: 'c'.repeat(40) })).toBe('c'.repeat(40))
  expect(await found(undefined)).toBeUndefined()
  expect(github.requests).toEqual([])
})

test.each<[string, Home, Partial<typeof places>, string | undefined]>([
  ['at home', home, {}, 'kit/analysis/a.yaml'],
  ['of another repository', { kind: 'source', repository: source }, {}, 'acme/gitops/kit/analysis/a.yaml'],
  ['of an application that lies beside it', { kind: 'source', repository: gitops }, {}, 'kit/analysis/a.yaml'],
  [
    'of another server',
    { kind: 'source', repository: source },
    { repository: 'https://git.example/acme/gitops' },
    undefined,
  ],
])('a file %s is named so that nobody takes it for another', (_, where, more, name) => {
  expect(fileIn(where, { ...places, ...more }, 'analysis/a.yaml')).toBe(name)
})
