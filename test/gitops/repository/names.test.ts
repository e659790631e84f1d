import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { checkBranch } from '../../../gitops/repository/branch.ts'
import { parseAddress } from '../../../gitops/repository/index.ts'
import { checkDirectory } from '../../../gitops/repository/path.ts'
import { runCommand } from '../../../host/index.ts'
import fc from '../../support/property.ts'

const context = { server: 'https://github.com/', folder: '/here' }

test.each([
  ['acme/gitops', 'http', 'https://github.com/acme/gitops'],
  ['acme/gitops.git', 'http', 'https://github.com/acme/gitops.git'],
  ['https://github.com/acme/gitops', 'http', 'https://github.com/acme/gitops'],
  ['http://127.0.0.1:8080/a.git', 'http', 'http://127.0.0.1:8080/a.git'],
  ['/srv/git/a.git', 'file', '/srv/git/a.git'],
  ['file:///srv/git/a%20b.git', 'file', '/srv/git/a b.git'],
  ['./a.git', 'file', '/here/a.git'],
  ['../a.git', 'file', '/a.git'],
  ['.', 'file', '/here'],
  ['ssh://git@example.com/a.git', 'ssh', 'ssh://git@example.com/a.git'],
  ['git@example.com:acme/a.git', 'ssh', 'git@example.com:acme/a.git'],
])('the address %s', (text, kind, url) => {
  expect(parseAddress(text, context)).toEqual({ kind, url })
})

test.each([
  '',
  'gitops',
  '-u/x',
  '--upload-pack=touch /tmp/x',
  'ext::sh -c touch% /tmp/x',
  'git://example.com/a.git',
  'fd::17/x',
  'ssh://-oProxyCommand=x/a',
  'git@-oProxyCommand=x:a',
  'git@host:-x',
  'https://user:secret@example.com/a.git',
  'https://secret@example.com/a.git',
  'https://example.com/a.git?x=1',
  'https://example.com/a.git\nx',
  'file://host/a.git',
  'acme/gitops/extra',
  'javascript:alert(1)',
])('the address %j is refused', text => {
  expect(() => parseAddress(text, context)).toThrow(ConfigurationError)
  expect(() => parseAddress(text, context)).not.toThrow('secret')
})

test('owner/name needs a server', () => {
  expect(() => parseAddress('acme/gitops')).toThrow('needs a server')
})

test.each([
  ['', ''],
  ['.', ''],
  ['./', ''],
  ['gitops', 'gitops'],
  ['./gitops/', 'gitops'],
  ['deploy/prod', 'deploy/prod'],
])('the directory %j', (text, directory) => {
  expect(checkDirectory(text)).toBe(directory)
})

test.each(['..', '../x', './..', 'a/../..', '/', '/gitops', '.git', 'a//b', 'a\nb'])(
  'the directory %j is refused',
  text => {
    expect(() => checkDirectory(text)).toThrow(ConfigurationError)
    expect(() => checkDirectory(text)).toThrow('input "directory"')
  },
)

test('branch names are judged as git does', async () => {
  const names = [
    ...[
      'main',
      'release/1.2',
      'feature-x',
      '+x',
      'a@b',
      'ñ',
      '-x',
      'a..b',
      'a b',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[',
    ],
    ...['a\\b', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a.', 'a.lock', 'a.lock/b', 'a@{1}', 'HEAD', '', 'a\tb', 'a\x7f'],
  ]
  for (const name of names) {
    const { code } = await runCommand('git', ['check-ref-format', '--branch', name])
    const ours = attempt(() => checkBranch(name))
    expect([name, ours instanceof ConfigurationError]).toEqual([name, code !== 0])
  }
  expect(() => checkBranch('@')).toThrow(ConfigurationError) // a branch could be called so, but it means HEAD
  expect(checkBranch('refs/heads/main')).toBe('main')
  expect(() => checkBranch('main:refs/heads/other')).toThrow('input "branch"')
})

test('whatever is accepted as a branch is no option, and one side of a refspec when refs/heads/ is before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const name = attempt(() => checkBranch(text))
      return typeof name !== 'string' || /^[^-:^~ \t\n][^:^~ \t\n]*$/.test(name)
    }),
  )
})

function attempt(check: () => string): unknown {
  try {
    return check()
  } catch (error) {
    return error
  }
}
