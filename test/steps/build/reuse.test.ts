import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { silentLog } from '../../../host/index.ts'
import { contentKeyOf, contentTag, openRegistry } from '../../../images/index.ts'
import { pushAttestations, pushImage } from '../../support/registry/index.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop

beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())
beforeEach(() =>
  shop.begin({
    Dockerfile: 'FROM scratch\nCOPY data /data\nCOPY app /app\n',
    '.dockerignore': 'docs\n',
    data: 'one\n',
    'app/x': 'x\n',
    'docs/a.md': 'a\n',
  }),
)

const registry = () => openRegistry({ fetch, log: silentLog })
const builds = () => shop.ran.filter(line => line.includes(' bud ') || line.startsWith('buildah bud')).length

test('a commit that changes nothing in the image is given the tag in less than 2 s and a part of the build’s time', async () => {
  const first = await shop.build()
  await shop.write({ 'docs/a.md': 'b\n' })
  const commit = await shop.commit('two')
  const second = await shop.build()
  expect(second).toMatchObject({
    kind: 'reused',
    digest: first.digest,
    commit,
    builtFrom: first.commit,
    tag: `sha-${commit.slice(0, 12)}`,
    reason: `nothing that goes into the image changed since it was built from ${first.commit.slice(0, 12)}`,
  })
  expect(second.builder).toBeUndefined()
  expect(builds()).toBe(1)
  expect((await registry().resolve({ repository: shop.repository, tag: second.tag })).digest).toBe(first.digest)
  expect(second.duration).toBeLessThan(2000)
  // Even against the smallest build there is: two files from scratch.
  expect(second.duration).toBeLessThan(first.duration / 2)
})

test('the key is a label of the image, and a tag of its repository', async () => {
  const { contentKey = '', digest, labels } = await shop.build()
  expect(contentKeyOf(labels)).toBe(contentKey)
  expect(contentKeyOf(await registry().labels({ repository: shop.repository, tag: contentTag(contentKey) }))).toBe(
    contentKey,
  )
  expect((await registry().resolve({ repository: shop.repository, tag: contentTag(contentKey) })).digest).toBe(digest)
})

test('the same commit again is what is there already, and nothing is written', async () => {
  const first = await shop.build()
  shop.registry.requests.length = 0
  const second = await shop.build()
  expect(second).toMatchObject({ kind: 'reused', digest: first.digest, reason: expect.stringContaining('already') })
  expect(shop.registry.requests.filter(request => request.startsWith('PUT'))).toEqual([])
})

test('an index is reused as a whole', async () => {
  const platforms = 'linux/amd64,linux/arm64'
  const first = await shop.build({ platforms })
  expect(
    (await registry().anatomy({ repository: shop.repository, tag: first.tag })).map(({ platform }) => platform).sort(),
  ).toEqual(['linux/amd64', 'linux/arm64'])
  await shop.commit('two')
  const second = await shop.build({ platforms: 'linux/arm64,linux/amd64' })
  expect(second).toMatchObject({ kind: 'reused', digest: first.digest })
  expect((await registry().resolve({ repository: shop.repository, tag: second.tag })).mediaType).toMatch(/index|list/)
})

type Inputs = Parameters<Workshop['build']>[0]

test.each<[string, Record<string, string>, Inputs]>([
  ['a file', { data: 'two\n' }, {}],
  ['a file more', { 'app/y': '' }, {}],
  ['the Dockerfile', { Dockerfile: 'FROM scratch\nCOPY data /data\n' }, {}],
  ['what is ignored', { '.dockerignore': '' }, {}],
  ['a build argument', {}, { 'build-args': 'A=1' }],
  ['a platform', {}, { platforms: 'linux/s390x' }],
  ['a label', {}, { labels: 'team=heat' }],
  ['the target', {}, { target: '0' }],
])('%s that changes makes a new image', async (_, files, inputs) => {
  const first = await shop.build()
  await shop.write(files)
  await shop.commit('two')
  const second = await shop.build(inputs)
  expect(second.kind).toBe('pushed')
  expect(second.contentKey).not.toBe(first.contentKey)
})

test('a base image that moved makes a new image', async () => {
  const base = `${shop.registry.host}/acme/base`
  await pushImage(shop.registry.host, 'acme/base', 'v1', { is: 'one' })
  await shop.write({ Dockerfile: `ARG BASE\nFROM \${BASE}:v1\nCOPY data /data\n` })
  await shop.commit('two')
  const inputs = { 'build-args': `BASE=${base}` }
  const first = await shop.build(inputs)
  await shop.commit('three')
  expect((await shop.build(inputs)).kind).toBe('reused')
  await pushImage(shop.registry.host, 'acme/base', 'v1', { is: 'two' })
  const last = await shop.build({ ...inputs, push: 'true' })
  expect(last.kind).toBe('pushed')
  expect(last.contentKey).not.toBe(first.contentKey)
})

const stays: [string, () => Promise<Inputs>, RegExp][] = [
  ['`skip: false`', async () => ({ skip: 'false' }), /`skip` is false/],
  [
    'a change that is in no commit',
    async () => {
      await shop.write({ data: 'two\n' })
      return {}
    },
    /in no commit/,
  ],
  [
    'a file that Git ignores and the builder sees',
    async () => {
      await shop.write({ '.gitignore': '/app/made/\n' })
      await shop.commit('ignored')
      await shop.write({ 'app/made/deep/file': 'x' })
      return {}
    },
    /app\/made\/deep\/file is in the context and in no commit: put it in \.dockerignore/,
  ],
  [
    'a Dockerfile that takes in .git',
    async () => {
      await shop.write({ Dockerfile: 'FROM scratch\nCOPY . /\n' })
      await shop.commit('all')
      return {}
    },
    /takes in \.git, which is another with every commit: put it in \.dockerignore/,
  ],
  [
    'a base image that cannot be looked up',
    async () => {
      await shop.write({
        Dockerfile: `FROM ${shop.registry.host}/acme/missing:1 AS unused\nFROM scratch\nCOPY data /\n`,
      })
      await shop.commit('base')
      return {}
    },
    /a base image cannot be looked up: .*has no such image/,
  ],
]
test.each(stays)('it is built, and the reason said, with %s', async (name, change, reason) => {
  await shop.build()
  const outcome = await shop.build(await change())
  expect(outcome.kind).toBe('pushed')
  expect(outcome.reason).toMatch(reason)
  expect(shop.said.info.join('\n')).toMatch(reason)
  expect(outcome.contentKey === undefined).toBe(!name.includes('skip'))
})

test('a tag of that name is no proof: the label inside the image is asked too', async () => {
  const { contentKey = '' } = await shop.build({ push: 'true' })
  await pushImage(shop.registry.host, shop.repository.slice(shop.registry.host.length + 1), contentTag(contentKey), {
    'dev.stovepipe.content-key': 'x',
  })
  await shop.commit('two')
  expect((await shop.build()).kind).toBe('pushed')
})

test('under a tag that names no commit, an image of another commit is not taken', async () => {
  const first = await shop.build({ tag: 'v1' })
  await shop.write({ data: 'two\n' })
  await shop.commit('two')
  await shop.build({ tag: 'v2' })
  await shop.write({ data: 'one\n' })
  const revert = await shop.commit('back')
  const third = await shop.build({ tag: 'v3' })
  expect(third).toMatchObject({
    kind: 'pushed',
    contentKey: first.contentKey,
    reason: expect.stringMatching(/of another commit/),
  })
  expect(third.labels['org.opencontainers.image.revision']).toBe(revert)
  expect(await shop.build({ tag: 'v3' })).toMatchObject({ kind: 'reused', digest: third.digest })
  expect(await shop.build({ tag: 'v3-again' })).toMatchObject({ kind: 'reused', digest: third.digest })
})

test('where images are to be attested, one without an attestation is built again, and one with it taken', async () => {
  await shop.build()
  await shop.commit('two')
  const second = await shop.build({ attested: 'true' })
  expect(second).toMatchObject({ kind: 'pushed', reason: 'the image of this content has no attestation' })
  const path = shop.repository.slice(shop.registry.host.length + 1)
  await pushAttestations(shop.registry.host, path, second.digest ?? '', [{ some: 'bundle' }])
  await shop.commit('three')
  expect(await shop.build({ attested: 'true' })).toMatchObject({ kind: 'reused', digest: second.digest })
})

/** What a registry says in which no tag may be moved; buildah is told the same. */
const immutable = JSON.stringify({ errors: [{ code: 'TAG_INVALID', message: 'the tag is immutable' }] })

test('a tag that may not be moved and holds this commit’s image is what there is, whatever was built anew', async () => {
  const first = await shop.build()
  shop.registry.fault = { kind: 'answer', status: 400, body: immutable, method: 'PUT' }
  const second = await shop.build({ skip: 'false' })
  expect(second).toMatchObject({
    kind: 'reused',
    digest: first.digest,
    reason: expect.stringMatching(/an image of this commit, and the registry lets no tag be moved/),
  })
  // What must be attested is not taken where it is not, and what is not the commit's neither.
  await expect(shop.build({ skip: 'false', attested: 'true' })).rejects.toThrow(/may not be moved/)
  await shop.write({ data: 'two\n' })
  await expect(shop.build({ skip: 'false' })).rejects.toThrow(/may not be moved/)
})

test('a registry that refuses the key’s tag costs a warning, not the build', async () => {
  const body = JSON.stringify({ errors: [{ code: 'TAG_INVALID', message: 'the tag is immutable' }] })
  const push = shop.run
  const outcome = await shop.build(
    {},
    {
      run: async (program, args, options) => {
        const result = await push(program, args, options)
        if (args.includes('push')) shop.registry.fault = { kind: 'answer', status: 400, body, method: 'PUT' }
        return result
      },
    },
  )
  expect(outcome.kind).toBe('pushed')
  expect(shop.said.warning).toEqual([expect.stringMatching(/later builds will not find this image.*may not be moved/)])
})

test('two builds of one commit that differ: the layer and its instruction are named', async () => {
  await shop.build({ 'build-args': 'A=1' })
  await shop.write({ Dockerfile: 'FROM scratch\nARG A\nCOPY data /data\nCOPY app /app\n' })
  await shop.commit('two')
  const first = await shop.build({ tag: 'again' })
  // Chance, as a Dockerfile would have it that fetches something: a file of another content, and the commit as it was.
  const changed: typeof shop.run = async (program, args, options) => {
    if (program !== 'buildah' || !args.includes('bud')) return shop.run(program, args, options)
    await shop.write({ 'app/x': 'y\n' })
    const result = await shop.run(program, args, options)
    await shop.git('checkout', '-q', '.')
    return result
  }
  const second = await shop.build({ tag: 'again', skip: 'false' }, { run: changed })
  expect(second.digest).not.toBe(first.digest)
  expect(shop.said.warning).toEqual([
    expect.stringMatching(
      /the same commit gave another image before, sha256:[0-9a-f]{12}: of linux\/\w+, .*layer \d of \d/,
    ),
  ])
  await shop.build({ tag: 'again', skip: 'false' }, { run: changed })
  expect(shop.said.warning).toHaveLength(1)
})
