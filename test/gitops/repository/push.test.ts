import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { RepositoryUnreachableError } from '../../../gitops/repository/index.ts'
import { readPush } from '../../../gitops/repository/push.ts'

const address = { kind: 'http', url: 'https://example.com/acme/gitops' } as const
const id = '5bbdcb9f1a3f5c9a7e0f8f1f8a4c1d2e3f405162'

function push(flag: string, summary: string, { code = flag === '!' ? 1 : 0, stderr = '' } = {}) {
  const stdout = `To ${address.url}\n${flag}\t${id}:refs/heads/main\t${summary}\nDone\n`
  return readPush({ code, signal: null, stdout, stderr }, 'main', address)
}

test.each([
  [' ', '1234567..5bbdcb9'],
  ['+', '1234567...5bbdcb9 (forced update)'],
  ['=', '[up to date]'], // a push that seemed broken had arrived
])('written: %j %s', (flag, summary) => {
  expect(push(flag, summary)).toEqual({ kind: 'written' })
})

test.each([
  '[rejected] (non-fast-forward)',
  '[rejected] (fetch first)',
  '[rejected] (stale info)',
  '[rejected] (remote ref updated since checkout)',
])('lost before anything was sent: %s', summary => {
  expect(push('!', summary)).toEqual({ kind: 'stale' })
})

test.each([
  '[remote rejected] (non-fast-forward)',
  '[remote rejected] (failed to update ref)',
  '[remote rejected] (incorrect old value provided)',
  '[remote rejected] (Reference already exists)',
  '[remote rejected] (reference already exists)',
  `[remote rejected] (cannot lock ref 'refs/heads/main': is at ${id} but expected ${id})`,
  '[remote rejected] (failed to lock)',
])('lost: %s', summary => {
  expect(push('!', summary)).toEqual({ kind: 'lost' })
})

test.each([
  '[remote rejected] (protected branch hook declined)',
  '[remote rejected] (pre-receive hook declined)',
  '[remote rejected] (push declined due to repository rule violations)',
  '[remote rejected] (permission denied)',
  '[remote rejected] (shallow update not allowed)',
  '[remote rejected] (refusing to allow a GitHub App to create or update workflow `x` without `workflows` permission)',
])('refused by a rule: %s', summary => {
  const stderr =
    'remote: error: GH006: Protected branch update failed for refs/heads/main.        \nremote: \x1b[31m::warning::x\n'
  const outcome = push('!', summary, { stderr })
  if (outcome.kind !== 'refused') throw new Error(outcome.kind)
  expect(outcome.error).toBeInstanceOf(ConfigurationError)
  expect(outcome.error.message).toContain('GH006: Protected branch update failed')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(outcome.error.message).not.toMatch(/[\u0000-\u001f]/)
})

test.each([
  '[remote failure] (remote failed to report status)',
  '[remote rejected] (Internal Server Error)',
  '[remote rejected] (unpacker error)',
])('nobody knows: %s', summary => {
  expect(push('!', summary)).toMatchObject({ kind: 'unknown', error: expect.any(RepositoryUnreachableError) })
})

test.each([
  ['fatal: unable to access: The requested URL returned error: 403', 'refused', ConfigurationError],
  ['fatal: Authentication failed for https://example.com', 'refused', ConfigurationError],
  ["fatal: repository 'https://example.com/acme/gitops' not found", 'refused', ConfigurationError],
  ['fatal: the remote end hung up unexpectedly', 'unknown', RepositoryUnreachableError],
  ['fatal: Could not resolve host: example.com', 'unknown', RepositoryUnreachableError],
  ['', 'unknown', RepositoryUnreachableError],
] as const)('without a line for the branch, what git says: %j', (stderr, kind, error) => {
  const result = { code: 128, signal: null, stdout: '', stderr }
  expect(readPush(result, 'main', address)).toMatchObject({ kind, error: expect.any(error) })
})

test('a branch that a work tree has checked out is told from a rule', () => {
  expect(push('!', '[remote rejected] (branch is currently checked out)')).toEqual({ kind: 'checked-out' })
})

test('what a server prints is data: it cannot pass for the answer', () => {
  const stderr = `remote:  \t${id}:refs/heads/main\t1..2\nremote: ! [rejected] main (fetch first)\n`
  expect(push('!', '[remote rejected] (pre-receive hook declined)', { stderr }).kind).toBe('refused')
  const other = `*\t${id}:refs/heads/main2\t[new branch]\n`
  expect(readPush({ code: 0, signal: null, stdout: other, stderr }, 'main', address).kind).toBe('unknown')
})
