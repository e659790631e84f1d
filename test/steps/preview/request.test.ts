import { expect, test } from '@jest/globals'
import { type PreviewInputs, parsePreviewInputs, previewName } from '../../../steps/preview/index.ts'
import { parseUrl } from '../../../steps/preview/url.ts'
import fc from '../../support/property.ts'
import { empty } from './world.ts'

const begin: PreviewInputs = { ...empty, mode: 'begin', app: 'coolkit', repository: 'acme/coolkit', number: '7' }
const head = '0123456789abcdef0123456789abcdef01234567'
const image = `ghcr.io/acme/coolkit:sha-0123456789ab@sha256:${'a'.repeat(64)}`
const ready: PreviewInputs = { ...begin, mode: 'ready', head, image }

test('what is left out has its usual value', () => {
  expect(parsePreviewInputs(begin)).toEqual({
    mode: 'begin',
    app: 'coolkit',
    repository: 'acme/coolkit',
    number: 7,
    label: 'preview',
    limit: 10,
    lifetime: 168 * 3_600_000,
    author: 'github-actions[bot]',
  })
})

test.each<[string, Partial<PreviewInputs>, RegExp]>([
  ['no number', { ...begin, number: '' }, /"number": not a number from 1 to 9999999 \(found ""\)/],
  ['a number that is none', { ...begin, number: '7; id' }, /"number": not a number/],
  ['a mode that is none', { ...begin, mode: 'start' }, /"mode": there is no such mode \(found "start"\)/],
  [
    'an app with a long name',
    { ...begin, app: 'a'.repeat(45) },
    /"app": not the name of an app with previews: .* at most 44/,
  ],
  ['a repository that is a path', { ...begin, repository: '../x' }, /not the name of a repository/],
  [
    'the label of the build to ask with',
    { ...begin, label: 'Preview-Ready' },
    /"label": this label is set by the build/,
  ],
  ['a label with a line', { ...begin, label: 'a\nb' }, /"label": not a label/],
  ['a short commit', { ...ready, head: '0123456' }, /"head": not the whole id of a commit/],
  [
    'an image of the merge commit',
    { ...ready, image: image.replace('0123', 'ffff') },
    /"image": its tag is not sha-0123456789ab/,
  ],
  [
    'an image that was not pushed',
    { ...ready, image: 'ghcr.io/acme/coolkit:sha-0123456789ab' },
    /"image": the image was not pushed/,
  ],
  ['an image that is none', { ...ready, image: '$(id)' }, /"image": not a valid image reference/],
  ['a result that is none', { ...ready, built: 'good' }, /"built": not the result of a job/],
  ['a time that is none', { ...ready, started: 'then' }, /"started": not a time/],
  ['days', { ...begin, lifetime: '7d' }, /"lifetime": not a duration/],
  ['no limit', { ...begin, limit: '0' }, /"limit": not a number from 1 to 1000/],
  ['Prometheus', { ...ready, observer: 'prometheus' }, /"observer": no observer of previews/],
  ['Argo CD without an address', { ...ready, observer: 'argocd' }, /"argocd-url": not the address of Argo CD/],
  ['a login with a line', { ...begin, 'comment-author': 'a\nb' }, /"comment-author": not a login/],
])('%s is refused', (_, inputs, message) => {
  expect(() => parsePreviewInputs({ ...empty, ...inputs })).toThrow(message)
})

test('a build that did not succeed needs no image', () => {
  expect(parsePreviewInputs({ ...ready, built: 'cancelled', image: '' })).toMatchObject({
    built: { head, result: 'cancelled', image: '' },
  })
})

test('a commit of a repository with SHA-256 is a head as well', () => {
  const long = head.repeat(2).slice(0, 64)
  expect(parsePreviewInputs({ ...ready, head: long })).toMatchObject({ built: { head: long } })
  expect(() => parsePreviewInputs({ ...ready, head: long.slice(0, 50) })).toThrow(/not the whole id of a commit/)
})

const apps = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,42}[a-z0-9])?$/)
const numbers = fc.integer({ min: 1, max: 9_999_999 })
const previews = fc.record({ app: apps, number: numbers })

test('a name is a DNS label, and no two previews share one', () => {
  fc.assert(
    fc.property(previews, previews, (one, other) => {
      const name = previewName(one.app, one.number)
      expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
      const same = one.app === other.app && one.number === other.number
      expect(previewName(other.app, other.number) === name).toBe(same)
    }),
  )
  expect(previewName('a-pr-1', 2)).not.toBe(previewName('a', 12))
  expect(previewName('a'.repeat(44), 9_999_999)).toHaveLength(63)
})

const templates = fc.constantFrom(
  'https://pr-{number}.{app}.preview.example.com',
  'https://{number}-{app}.example.com/',
  'http://{app}-pr-{number}.example.com:8080',
  'https://example.com/{app}/{number}/',
)

test('no two previews have one address, and each is one that DNS allows', () => {
  fc.assert(
    fc.property(templates, previews, previews, (template, one, other) => {
      const url = parseUrl(template, one.app)(one.number)
      expect(
        URL.parse(url)
          ?.hostname.split('.')
          .every(part => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(part)),
      ).toBe(true)
      const same = one.app === other.app && one.number === other.number
      expect(parseUrl(template, other.app)(other.number) === url).toBe(same)
    }),
  )
})

test.each([
  ['https://coolkit.preview.example.com', /\{number\} is missing/],
  ['https://{app}{number}.example.com', /something must stand between/],
  ['https://user@pr-{number}.example.com', /not an address of lower-case/],
  ['javascript:alert({number})', /not an address of lower-case/],
  ['https://pr-{number}.example.com/)[x](https://evil.example', /not an address of lower-case/],
  ['https://PR-{number}.example.com', /not an address of lower-case/],
  ['https://pr-{number}.{branch}.example.com', /not an address of lower-case/],
  ['https://pr_{number}.example.com', /its host is not one that DNS allows/],
  ['https://-{number}-.example.com', /its host is not one that DNS allows/],
  ['https://pr-{number}..example.com', /its host is not one that DNS allows|not an address/],
  [`https://${'a'.repeat(60)}-{number}.example.com`, /its host is not one that DNS allows/],
])('the template %j is refused', (template, message) => {
  expect(() => parseUrl(template, 'coolkit')).toThrow(message)
})
