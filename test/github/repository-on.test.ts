import { expect, test } from '@jest/globals'
import { repositoryOn } from '../../github/index.ts'

test.each([
  ['acme/app', 'acme/app'],
  ['acme/app.git', 'acme/app'],
  ['https://github.example/acme/app', 'acme/app'],
  ['https://github.example/acme/app.git', 'acme/app'],
  ['https://github.example/acme/my.app/', 'acme/my.app'],
  ['ssh://git@github.example/acme/app.git', 'acme/app'],
  ['git@github.example:acme/app.git', 'acme/app'],
  ['https://github.example:8443/acme/app', undefined],
  ['http://github.example/acme/app', undefined],
  ['https://else.example/acme/app', undefined],
  ['git@else.example:acme/app.git', undefined],
  ['https://github.example/acme/app/tree/main', undefined],
  ['https://github.example/acme', undefined],
  ['https://github.example/acme/..', undefined],
  ['https://github.example/acme/app?x', undefined],
  ['/srv/git/app', undefined],
  ['./acme/app', undefined],
  ['ext::sh -c id', undefined],
  ['', undefined],
])('%s is %s', (address, name) => {
  expect(repositoryOn('https://github.example', address)).toBe(name)
})

test('a server may be below a path', () => {
  expect(repositoryOn('https://host.example/git/', 'https://host.example/git/acme/app')).toBe('acme/app')
  expect(repositoryOn('https://host.example/git', 'https://host.example/acme/app')).toBeUndefined()
})
