import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openTokens } from '../../../actions/shell/index.ts'
import type { Judge } from '../../../gitops/promotion/index.ts'
import type { Repository, Token, Tree } from '../../../gitops/repository/index.ts'
import { silentLog } from '../../../host/index.ts'
import { analysed, judged, Stage, usual, wave } from '../../gitops/promotion/stage.ts'
import { world } from '../../gitops/repository/world.ts'
import { type GitHubServer, startGitHub } from '../../support/github/index.ts'

const hour = 3_600_000

let stage: Stage
let github: GitHubServer
let masked: string[]
let app: { clientId: string; privateKey: string }

beforeEach(async () => {
  stage = new Stage({ waves: [wave('canary', 'role: canary', analysed.replace('1h', '5h')), ...usual.slice(1)] })
  masked = []
  github = await startGitHub({ now: () => stage.clock.now() })
  github.repository('acme/gitops')
  app = github.app({ repositories: ['acme/gitops'], permissions: { contents: 'write' } })
})
afterEach(() => github.close())

function tokens(server = 'https://github.example') {
  const { clientId, privateKey } = app
  const { signal } = new AbortController()
  const env = { GITHUB_API_URL: github.url, GITHUB_SERVER_URL: server }
  const mask = (secret: string) => void masked.push(secret)
  const inputs = { token: 'ghs_given', 'app-client-id': clientId, 'app-private-key': privateKey }
  return openTokens(inputs, { env, fetch, clock: stage.clock, log: silentLog, signal, mask })
}

/** Carries a release whose canary is analysed for an hour and a half, in a real repository that refuses an expired token. */
async function longGate(tokenFor: (server: string) => Promise<Token | undefined>) {
  let refused = 0
  await using gitops = await world(filesOf(stage.git.head()), {
    allow(given) {
      const [, secret = ''] = Buffer.from((given ?? '').replace(/^basic /i, ''), 'base64')
        .toString()
        .split(':')
      const token = github.state.tokens.get(secret)
      const isGood = token !== undefined && token.expiresAt > stage.clock.now()
      if (!isGood) refused += 1
      return isGood
    },
  })
  const repository = await gitops.open({ token: await tokenFor(gitops.server.url) })
  const judge: Judge = {
    async judge(_query, { signal }) {
      // Only the promotion's own looks let time pass, so that none passes in the middle of a request.
      const end = stage.clock.now() + 1.5 * hour
      while (stage.clock.now() < end && !signal.aborted) await delay(2)
      return judged('Successful')
    },
  }
  const slow: Repository = {
    ...repository,
    async head() {
      const tree = await repository.head()
      stage.clock.advance(3 * 60_000)
      return tree
    },
  }
  const outcome = await stage.promote(1, { poll: 30_000 }, { repository: slow, judge })
  return { outcome, refused: () => refused }
}

function filesOf(tree: Tree, folder = ''): Record<string, string> {
  return Object.assign(
    {},
    ...tree.list(folder).map(({ kind, name }) => {
      const path = folder === '' ? name : `${folder}/${name}`
      return kind === 'tree' ? filesOf(tree, path) : { [path]: tree.read(path) ?? '' }
    }),
  )
}

test("a gate longer than a token's hour survives with an App, whose token is renewed before it is refused", async () => {
  const { outcome, refused } = await longGate(async server => (await tokens(server)).forGit('acme/gitops', 'write'))
  expect(outcome.kind).toBe('promoted')
  expect(refused()).toBe(0)
  const minted = [...github.state.tokens.values()]
  expect(minted.length).toBeGreaterThan(1)
  expect(minted.every(({ permissions }) => JSON.stringify(permissions) === '{"contents":"write"}')).toBe(true)
  expect(masked).toEqual(expect.arrayContaining(minted.map(({ token }) => token)))
}, 60_000)

test('with a token that was given it does not: the run ends, and the next one goes on', async () => {
  const token = github.token({ repositories: ['acme/gitops'], permissions: { contents: 'write' } })
  await expect(longGate(async () => token)).rejects.toThrow()
  expect(stage.clock.now()).toBeGreaterThan(hour)
}, 60_000)

test("an App's token for Git is for one repository on its own server, however that is named", async () => {
  const given = await tokens()
  for (const name of ['acme/gitops', 'https://github.example/acme/gitops.git', 'git@github.example:acme/gitops.git']) {
    const token = given.forGit(name, 'write')
    expect(typeof token).toBe('function')
    if (typeof token === 'function')
      expect(github.state.tokens.get(await token())?.repositories).toEqual(['acme/gitops'])
  }
  expect(() => given.forGit('https://else.example/acme/gitops', 'write')).toThrow(
    /^input "repository": not a repository on/,
  )
  expect(given.forGit('https://else.example/acme/app', 'read')).toBeUndefined()
})

test('what an App may not have is said with the permission, and an outage of its maker is one of the repository', async () => {
  const given = await tokens()
  await expect(given.forApi('acme/gitops', { checks: 'write' })?.()).rejects.toMatchObject({
    permission: 'checks: write',
  })
  github.faults.add({ times: 100, instead: { status: 503 } })
  const token = given.forGit('acme/gitops', 'write')
  await expect(typeof token === 'function' && token()).rejects.toMatchObject({ name: 'RepositoryUnreachableError' })
})

test('without an App it is the token that was given, or none', async () => {
  const { signal } = new AbortController()
  const host = { env: {}, fetch, clock: stage.clock, log: silentLog, signal, mask() {} }
  const none = { 'app-client-id': '', 'app-private-key': '' }
  const given = await openTokens({ token: 'ghs_given', ...none }, host)
  expect(given.forGit('acme/gitops', 'write')).toBe('ghs_given')
  expect(await given.forApi('acme/gitops', { checks: 'write' })?.()).toBe('ghs_given')
  expect((await openTokens({ token: '', ...none }, host)).forGit('acme/gitops', 'write')).toBeUndefined()
})
