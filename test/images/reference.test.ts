import { expect, test } from '@jest/globals'
import { formatImageReference, parseImageReference, splitRepository } from '../../images/index.ts'
import fc from '../support/property.ts'

const digest = `sha256:${'a'.repeat(64)}`

test.each([
  ['ghcr.io/acme/coolkit:sha-0123456789ab', { repository: 'ghcr.io/acme/coolkit', tag: 'sha-0123456789ab' }],
  [`localhost:5000/x@${digest}`, { repository: 'localhost:5000/x', digest }],
  [`nginx:1.2@${digest}`, { repository: 'nginx', tag: '1.2', digest }],
  ['127.0.0.1:5000/a/b_c/d--e', { repository: '127.0.0.1:5000/a/b_c/d--e' }],
])('parses %s, and writes it back', (text, parts) => {
  expect(parseImageReference(text)).toEqual(parts)
  expect(formatImageReference(parts)).toBe(text)
})

test.each([
  'a;rm -rf /',
  'a$(id)',
  'a\nb',
  'a:tag\n::set-output',
  '-a',
  'A/b/c d',
  'a:',
  'a@sha256:abc',
  'a@md5:x',
  '../a',
  'a//b',
  '',
  'ghcr.io/Acme/x',
  `a@${digest}\n`,
  'a:b:c',
  `${'a/'.repeat(130)}a`,
])('refuses %j', text => {
  expect(() => parseImageReference(text, { input: 'image' })).toThrow(/^input "image": not a /)
})

test('whatever is accepted is made of harmless characters', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        parseImageReference(text)
      } catch {
        return true
      }
      return /^[A-Za-z0-9._:/@-]+$/.test(text) && !text.startsWith('-')
    }),
  )
})

test.each([
  ['ghcr.io/acme/x', 'ghcr.io', 'acme/x'],
  ['nginx', 'docker.io', 'library/nginx'],
  ['acme/x', 'docker.io', 'acme/x'],
  ['localhost/x', 'localhost', 'x'],
  ['docker.io/node', 'docker.io', 'library/node'],
  ['docker.io/acme/x', 'docker.io', 'acme/x'],
  ['index.docker.io/node', 'docker.io', 'library/node'],
  ['index.docker.io/acme/x', 'docker.io', 'acme/x'],
])('%s is at %s under %s', (repository, registry, path) => {
  expect(splitRepository(repository)).toEqual({ registry, path })
})
