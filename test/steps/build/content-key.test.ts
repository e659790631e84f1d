import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { readCommit } from '../../../steps/build/commit.ts'
import { type ContentKey, contentKey } from '../../../steps/build/content-key.ts'
import { type BuildInputs, parseBuildInputs } from '../../../steps/build/index.ts'
import { buildInputs } from '../../support/build-inputs.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop
/** The digests that base images have, by their names. */
let bases: Record<string, string>

beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())
beforeEach(async () => {
  bases = { base: `sha256:${'1'.repeat(64)}` }
  await shop.begin({ Dockerfile: 'FROM base\nCOPY . /\n', '.dockerignore': '.git\n', 'app/x': 'x\n' })
})

async function keyHere(inputs: Partial<BuildInputs> = {}): Promise<ContentKey> {
  const given = { ...buildInputs, image: 'ghcr.io/acme/coolkit', ...inputs }
  const request = await parseBuildInputs(given, { base: shop.source, within: shop.source })
  const commit = await readCommit(shop.run, request.context, request.file)
  return contentKey(request, commit, undefined, {
    run: shop.run,
    resolve: async image => bases[image] ?? `sha256:${'0'.repeat(64)}`,
    builder: async () => request.builder ?? 'buildx',
    architecture: 'x64',
  })
}

/** What `change` makes of the key, once it is committed. */
async function changed(change: () => Promise<unknown>, inputs: Partial<BuildInputs> = {}): Promise<boolean> {
  const before = await keyHere(inputs)
  await change()
  await shop.commit('change')
  const after = await keyHere(inputs)
  expect([before.kind, after.kind]).toEqual(['key', 'key'])
  return before.kind === 'key' && after.kind === 'key' && before.key !== after.key
}

test('a commit that changes nothing has the same key', async () => {
  expect(await changed(async () => {})).toBe(false)
})

test('a file that buildx sees is counted, whatever another builder ignores', async () => {
  await shop.write({ '.containerignore': 'docs\n', 'docs/x': 'one\n' })
  await shop.commit('ignored by buildah alone')
  expect(await changed(() => shop.write({ 'docs/x': 'two\n' }), { builder: 'buildx' })).toBe(true)
  await shop.write({ '.containerignore': 'docs\n.git\n' })
  await shop.commit('both')
  expect(await changed(() => shop.write({ 'docs/x': 'three\n' }), { builder: 'buildah' })).toBe(false)
})

/** Makes `lib` a submodule of the checkout, with these files in it, and commits that. */
async function submodule(files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(shop.source, 'lib')
  const git = (...args: string[]) => shop.git('-C', folder, ...args)
  await mkdir(folder)
  await git('init', '-q')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await git('add', '.')
  await git('commit', '-q', '-m', 'lib')
  await shop.commit('with a submodule')
}

const seen = /the submodule lib is in the context/
test('a submodule in the context leaves no key, whether it is filled or not', async () => {
  await submodule({ 'lib.c': '' })
  expect(await keyHere()).toEqual({ kind: 'none', reason: expect.stringMatching(seen) })
  await rm(join(shop.source, 'lib'), { recursive: true })
  await mkdir(join(shop.source, 'lib'))
  expect(await keyHere()).toEqual({ kind: 'none', reason: expect.stringMatching(seen) })
})

test('nor does one with a file that is an exception to what is ignored; one that is ignored whole is no matter', async () => {
  await submodule({ keep: '', other: '' })
  await shop.write({ '.dockerignore': '*\n!app\n!lib/keep\n' })
  await shop.commit('an exception')
  expect(await keyHere()).toEqual({ kind: 'none', reason: expect.stringMatching(seen) })
  await shop.write({ '.dockerignore': '*\n!app\n' })
  await shop.commit('no exception')
  expect((await keyHere()).kind).toBe('key')
})

test('a submodule that is not as the commit has it is a change, even where Git is told to ignore that', async () => {
  await submodule({ keep: '' })
  await shop.write({ '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n\tignore = all\n' })
  await shop.commit('ignore all')
  await shop.write({ 'lib/keep': 'changed\n' })
  expect((await readCommit(shop.run, shop.source, join(shop.source, 'Dockerfile'))).changes).toEqual([' M lib'])
})

test('.git is taken in, too, by an exception that leads below it', async () => {
  await shop.write({ '.dockerignore': '.git\n!.git/HEAD\n' })
  await shop.commit('an exception')
  expect(await keyHere()).toEqual({ kind: 'none', reason: expect.stringMatching(/takes in \.git/) })
  await shop.write({ '.dockerignore': '*\n!**/*.ts\n!app\n' })
  await shop.commit('exceptions for other files')
  expect((await keyHere()).kind).toBe('key')
})

test.each(['build', 'build/docker'])(
  'a context in a folder that is ignored as a whole leaves no key: %s',
  async context => {
    await shop.write({ '.gitignore': 'build/\n', 'build/docker/app.jar': 'one\n' })
    await shop.commit('what is compiled is ignored')
    expect(await keyHere({ context, file: 'Dockerfile' })).toEqual({
      kind: 'none',
      reason: expect.stringMatching(/app\.jar is in the context and in no commit/),
    })
    await shop.git('add', '--force', 'build/docker/app.jar')
    await shop.commit('but this')
    expect((await keyHere({ context, file: 'Dockerfile' })).kind).toBe('key')
  },
)

test('nor does a context of which the commit has no file', async () => {
  await mkdir(join(shop.source, 'empty'))
  expect(await keyHere({ context: 'empty', file: 'Dockerfile' })).toEqual({
    kind: 'none',
    reason: 'the commit has no file of the context',
  })
})

test.each<[string, () => Promise<unknown>]>([
  [
    'a new file, where Git is set to show none',
    async () => {
      await shop.git('config', 'status.showUntrackedFiles', 'no')
      await shop.write({ 'app/new': 'x' })
    },
  ],
  [
    'a file that Git assumes unchanged',
    async () => {
      await shop.git('update-index', '--assume-unchanged', 'app/x')
      await shop.write({ 'app/x': 'changed\n' })
    },
  ],
  [
    'a file that is not to be in the work tree',
    async () => {
      await shop.git('update-index', '--skip-worktree', 'app/x')
      await shop.write({ 'app/x': 'changed\n' })
    },
  ],
])('what is not in the commit leaves no key: %s', async (_, change) => {
  await change()
  expect(await keyHere()).toEqual({
    kind: 'none',
    reason: expect.stringMatching(/changes that are in no commit|not to look for changes of app\/x/),
  })
})

test.each([
  ['ends of lines', '*.txt text eol=crlf\n'],
  ['an id in the file', '*.txt ident\n'],
  ['an encoding', '*.txt text working-tree-encoding=ISO-8859-1\n'],
])('attributes above the context by which Git writes other bytes are counted: %s', async (_, attributes) => {
  await shop.write({ 'app/Dockerfile': 'FROM base\nCOPY a.txt /\n', 'app/a.txt': 'a\n' })
  await shop.commit('a context below')
  expect(await changed(() => shop.write({ '.gitattributes': attributes }), { context: 'app' })).toBe(true)
  expect(await changed(() => shop.write({ '.gitattributes': `${attributes}*.md text\n` }), { context: 'app' })).toBe(
    false,
  )
})

test('of a file that passes through a program, the bytes are counted that are there', async () => {
  const pointer = join(shop.source, 'filter')
  await writeFile(pointer, '#!/bin/sh\ncat >/dev/null; echo pointer\n')
  await chmod(pointer, 0o755)
  await shop.git('config', 'filter.store.clean', pointer)
  await shop.write({
    '.gitattributes': '*.bin filter=store\n',
    '.gitignore': 'filter\n',
    '.dockerignore': '.git\nfilter\n',
  })
  await shop.write({ 'a.bin': 'fetched\n' })
  await shop.commit('with a filter')
  const fetched = await keyHere()
  await shop.write({ 'a.bin': 'pointer\n' })
  const left = await keyHere()
  expect([fetched.kind, left.kind]).toEqual(['key', 'key'])
  expect(left).not.toEqual(fetched)
})

test.each<[string, Partial<BuildInputs>]>([
  ['base', {}],
  ['acme/frontend:1', { 'build-args': 'BUILDKIT_SYNTAX=acme/frontend:1' }],
  ['acme/scanner:1', { sbom: 'generator=acme/scanner:1' }],
])('the digest that %s has now is counted', async (image, inputs) => {
  const move = async () => {
    bases[image] = `sha256:${'2'.repeat(64)}`
  }
  expect(await changed(move, inputs)).toBe(true)
})

test('a key says whether a base image goes by a tag, which may be another on this machine', async () => {
  expect(await keyHere()).toMatchObject({ kind: 'key', moving: true })
  await shop.write({ Dockerfile: `FROM base@sha256:${'1'.repeat(64)}\nCOPY . /\n` })
  await shop.commit('pinned')
  expect(await keyHere()).toMatchObject({ kind: 'key', moving: false })
})
