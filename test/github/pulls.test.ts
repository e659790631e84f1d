import { expect, test } from '@jest/globals'
import { getPull, openGitHub } from '../../github/index.ts'
import { silentLog, systemClock } from '../../host/index.ts'

const head = '0123456789abcdef0123456789abcdef01234567'

/** Reads a pull request that GitHub shows so. */
function read(shown: object) {
  const body = { number: 7, state: 'open', labels: [], base: { repo: { id: 1 } }, ...shown }
  const fetch = async () => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
  const api = 'https://api.github.com'
  return getPull(openGitHub({ api, token: 'ghs_token', fetch, clock: systemClock, log: silentLog }), 'acme/coolkit', 7)
}

test.each([
  ['the repository itself', { id: 1, full_name: 'Acme/CoolKit' }, false],
  ['a fork', { id: 2, full_name: 'acme/coolkit' }, true],
  // GitHub's description knows no such answer, GitHub gives it.
  ['a repository that was deleted', null, true],
])('a branch of %s is told by its repository’s id', async (_, repo, fork) => {
  expect(await read({ head: { sha: head, repo } })).toEqual({ number: 7, open: true, head, fork, labels: [] })
})

test('a head that is no commit is refused', async () => {
  await expect(read({ head: { sha: 'main; id', repo: { id: 1 } } })).rejects.toThrow(/head.sha: not the id of a commit/)
})
