import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { silentLog } from '../../../host/index.ts'
import { openRegistry } from '../../../images/index.ts'
import { readOffer, requireOwn } from '../../../steps/promote/offer.ts'
import { pushImage, type RunningRegistry, startRegistry } from '../../support/registry/index.ts'

let running: RunningRegistry

beforeAll(async () => {
  running = await startRegistry()
})
afterAll(() => running?.stop())

const revision = 'org.opencontainers.image.revision'
const [older, newer, key] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(64)]
const [tagOfOlder, tagOfNewer] = [`sha-${older.slice(0, 12)}`, `sha-${newer.slice(0, 12)}`]

/** A repository of its own in the registry, where each of these tags names an image with these labels. */
async function holding(name: string, images: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const repository = `${running.host}/acme/${name}`
  const digests: Record<string, string> = {}
  for (const [tag, labels] of Object.entries(images)) {
    digests[tag] = await pushImage(running.host, `acme/${name}`, tag, labels)
  }
  return { repository, digests }
}

const read = (text: string) => readOffer(text, openRegistry({ fetch, log: silentLog }))

test.each([
  ['v1', older],
  [tagOfOlder, older],
  ['v2', older.slice(0, 7)],
])('the source commit comes from the revision label, under the tag %s', async (tag, commit) => {
  const { repository, digests } = await holding('labelled', { [tag]: { [revision]: commit } })
  const image = { repository, tag, digest: digests[tag] }
  expect(await read(`${repository}:${tag}`)).toEqual({ image, source: commit })
  expect(await read(`${repository}:${tag}@${digests[tag]}`)).toEqual({ image, source: commit })
})

test.each([
  ['none', {}, /it has no label org\.opencontainers\.image\.revision/],
  ['one that is no commit', { [revision]: 'main; rm' }, /its label .* is no commit/],
])('an image with %s for its revision is refused, whatever its tag says, with the cure', async (_, labels, problem) => {
  const { repository } = await holding('unlabelled', { [tagOfNewer]: labels })
  const failure = read(`${repository}:${tagOfNewer}`)
  await expect(failure).rejects.toThrow(problem)
  await expect(failure).rejects.toThrow(/Build it with build-image, or give your build that label/)
})

test('an image that its tag does not name any more is refused; one whose tag is gone is not', async () => {
  const { repository, digests } = await holding('moved', { old: { [revision]: older }, v1: { [revision]: newer } })
  await expect(read(`${repository}:v1@${digests.old}`)).rejects.toThrow(/has another image under this tag \(sha256:/)
  expect((await read(`${repository}:gone@${digests.old}`)).source).toBe(older)
})

const reused = { [revision]: older, 'dev.stovepipe.content-key': key }

test('an image of the same content stands for the commit of its tag, and says which it was built from', async () => {
  const { repository, digests } = await holding('same', { [tagOfNewer]: reused, [`content-${key}`]: reused })
  const digest = digests[tagOfNewer]
  const expected = { image: { repository, tag: tagOfNewer, digest }, source: newer.slice(0, 12), builtFrom: older }
  expect(await read(`${repository}:${tagOfNewer}`)).toEqual(expected)
  expect(await read(`${repository}:${tagOfNewer}@${digest}`)).toEqual(expected)
})

test.each([
  ['that has no content key', { [tagOfNewer]: { [revision]: older } }, /and it has no content key/],
  ['that no build found by its key', { [tagOfNewer]: reused }, /has no image under the tag of its content key/],
  [
    'in whose place its key names another',
    { [tagOfNewer]: reused, [`content-${key}`]: { ...reused, rebuilt: 'yes' } },
    /has another image \(sha256:[0-9a-f]{64}\) under the tag of its content key/,
  ],
])('the tag of another commit is refused for an image %s', async (name, images, message) => {
  const { repository } = await holding(name.replaceAll(' ', '-'), images)
  await expect(read(`${repository}:${tagOfNewer}`)).rejects.toThrow(message)
})

test('the tag of another commit is refused where the registry does not have it', async () => {
  const { repository, digests } = await holding('absent', { v1: reused, [`content-${key}`]: reused })
  await expect(read(`${repository}:${tagOfNewer}@${digests.v1}`)).rejects.toThrow(/has nothing under this tag/)
})

test('only an http address counts as the source repository', async () => {
  const from = async (url: string) => {
    const labels = { [revision]: older, 'org.opencontainers.image.source': url }
    const { repository } = await holding('sourced', { v1: labels })
    return (await read(`${repository}:v1`)).repository
  }
  expect(await from('https://github.com/acme/a')).toBe('https://github.com/acme/a')
  expect(await from('ext::sh -c id')).toBeUndefined()
})

test('an image without a tag, or of another app, is refused', async () => {
  const { repository, digests } = await holding('other', { v1: { [revision]: older } })
  await expect(read(`${repository}@${digests.v1}`)).rejects.toThrow(/the image has no tag/)
  const offer = await read(`${repository}:v1`)
  expect(() => requireOwn(offer, 'ghcr.io/acme/b', 'b')).toThrow(
    /not an image of b, whose pipeline names ghcr\.io\/acme\/b/,
  )
})
