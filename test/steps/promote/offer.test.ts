import { expect, test } from '@jest/globals'
import { readOffer, requireOwn } from '../../../steps/promote/offer.ts'

const digest = `sha256:${'1'.repeat(64)}`
const holding = (labels: Record<string, string>) => ({
  resolve: async () => ({ digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' }),
  labels: async () => labels,
  exists: async () => true,
})

test.each([
  ['the revision label', { 'org.opencontainers.image.revision': 'a'.repeat(40) }, 'v1', 'a'.repeat(40)],
  ['the tag, where no label says it', {}, 'sha-0123456789ab', '0123456789ab'],
  [
    'the tag, where the label is no commit',
    { 'org.opencontainers.image.revision': 'main; rm' },
    'sha-0123456789ab',
    '0123456789ab',
  ],
  ['nothing, where neither is a commit', {}, 'v1', undefined],
])('the source commit comes from %s', async (_, labels, tag, source) => {
  const offer = await readOffer(`ghcr.io/acme/a:${tag}`, holding(labels))
  expect(offer).toEqual({ image: { repository: 'ghcr.io/acme/a', tag, digest }, ...(source && { source }) })
})

const [older, newer, key] = ['a'.repeat(40), 'b'.repeat(12), 'c'.repeat(64)]
const reused = { 'org.opencontainers.image.revision': older, 'dev.stovepipe.content-key': key }

test('an image of the same content stands for the commit of its tag, and says which it was built from', async () => {
  const expected = {
    image: { repository: 'ghcr.io/acme/a', tag: `sha-${newer}`, digest },
    source: newer,
    builtFrom: older,
  }
  expect(await readOffer(`ghcr.io/acme/a:sha-${newer}`, holding(reused))).toEqual(expected)
  expect(await readOffer(`ghcr.io/acme/a:sha-${newer}@${digest}`, holding(reused))).toEqual(expected)
})

test.each<[string, Record<string, string>, string, RegExp]>([
  ['that has no content key', { ...reused, 'dev.stovepipe.content-key': 'x' }, digest, /and it has no content key/],
  ['that the registry has not under it', reused, `sha256:${'2'.repeat(64)}`, /has another image under this tag/],
])('the tag of another commit is refused for an image %s', async (_, labels, held, message) => {
  const registry = {
    ...holding(labels),
    resolve: async (reference: { digest?: string }) => ({ digest: reference.digest ?? held, mediaType: '' }),
  }
  await expect(readOffer(`ghcr.io/acme/a:sha-${newer}@${digest}`, registry)).rejects.toThrow(message)
})

test('only an http address counts as the source repository', async () => {
  const from = (url: string) => readOffer('a/b:c', holding({ 'org.opencontainers.image.source': url }))
  expect((await from('https://github.com/acme/a')).repository).toBe('https://github.com/acme/a')
  expect((await from('ext::sh -c id')).repository).toBeUndefined()
})

test('an image without a tag, or of another app, is refused', async () => {
  await expect(readOffer(`a/b@${digest}`, holding({}))).rejects.toThrow(/the image has no tag/)
  const offer = await readOffer('ghcr.io/acme/a:v1', holding({}))
  expect(() => requireOwn(offer, 'ghcr.io/acme/b', 'b')).toThrow(
    /not an image of b, whose pipeline names ghcr\.io\/acme\/b/,
  )
})
