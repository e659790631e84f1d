import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runCommand } from '../../../host/index.ts'
import { parseIgnoreFile, readIgnores } from '../../../steps/build/ignore-file.ts'
import { type BuilderName, builderNames } from '../../../steps/build/index.ts'
import { type BuildahRoom, buildahRoom } from '../../support/registry/index.ts'

test.each([
  ['node_modules', 'node_modules/a/b.js', true],
  ['node_modules', 'app/node_modules/a.js', false],
  ['**/node_modules', 'app/node_modules/a.js', true],
  ['**/node_modules', 'node_modules', true],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/README.md', false],
  ['**/*.md', 'docs/deep/README.md', true],
  ['docs/**', 'docs/deep/README.md', true],
  ['/build/', 'build/x', true],
  ['./build/../out', 'out/x', true],
  ['tem?', 'temp', true],
  ['tem?', 'te/p', false],
  ['[ab].txt', 'b.txt', true],
  ['a+b', 'aab', false],
  ['.git', '.github/x', false],
  ['*\n!keep', 'keep', false],
  ['*\n!keep', 'other', true],
  ['!keep\n*', 'keep', true],
  ['docs\n!docs/keep', 'docs/keep', false],
  ['# note\n\n', '# note', false],
  ['[a', '[a', false],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  // From the tests of moby/patternmatcher.
  ['**', 'dir/file', true],
  ['**/', 'file', true],
  ['**/**', 'dir/file', true],
  ['dir/**', 'dir/dir2/file', true],
  ['abc/**', 'abc', false],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/**', 'dir/dir2/dir3/file', true],
  ['**file', 'file', true],
  ['**file', 'dir/dir/file', true],
  ['**/file*.txt*', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt**', 'a/file.txt', true],
  ['a[b-d]e', 'ace', true],
  ['a[^b-d]e', 'ace', false],
  ['a[^b-d]e', 'aze', true],
  ['a?b', 'a☺b', true],
  ['.*', 'foo', false],
  ['**/.foo', 'bar.foo', false],
  ['a.|)$(}+{bc', 'a', false],
  ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
  ['**\n!util/docker/web', 'util/docker/web/foo', false],
  ['**\n!util/docker/web\nutil/docker/web/foo', 'util/docker/web/foo', true],
  // What begins with `**` and no slash is any beginning for Moby, any folders for buildah: never ignored by one alone.
  ['*\n!**.ts', 'main.ts', false],
  ['*\n!**.ts', 'src/main.ts', false],
  ['**.ts', 'src/main.ts', false],
  // Go's Clean keeps what leads out of the context, so it matches nothing; what leads out of the root is cut off by Moby.
  ['../dist', 'dist/x', false],
  ['a/../../dist', 'dist/x', false],
  ['*\n!../dist', 'dist', true],
  ['/../dist', 'dist/x', false],
  ['*\n!/../dist', 'dist', false],
  // An exception that is not understood may be for anything.
  ['*\n![[:alpha:]]', 'x', false],
  ['*\n!\\d', 'd', false],
  ['*\n!a|b', 'b', false],
  // BuildKit does not try a pattern on a folder for which it changes nothing, and so forgets it for what is below.
  ['docs\n!docs/keep\ndocs', 'docs/keep', false],
  ['docs\n!docs/keep\ndocs', 'docs/other', true],
])('%j and %j: %j', (text, path, expected) => {
  expect(parseIgnoreFile(text)(path)).toBe(expected)
})

let room: BuildahRoom
let folder: string

beforeAll(async () => {
  room = await buildahRoom()
  folder = await mkdtemp(join(tmpdir(), 'stovepipe-ignored-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await room.remove()
})

async function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

const paths = [
  ...['a.md', 'b.txt', 'docs/a.md', 'docs/keep.md', 'docs/deep/x', 'src/main.ts', 'src/main.test.ts', 'out/x'],
  ...['tmp1/x', 'x/tmp2/y', 'x/y/.cache/z', '.git/HEAD'],
]

/** The files of a context with this ignore file that get into an image by buildah, and those that are not ignored here. */
async function seenWith(text: string): Promise<{ seen: string[]; expected: string[] }> {
  const context = await mkdtemp(join(folder, 'context-'))
  const image = `${context}-image`
  const files = [...paths, '.dockerignore', 'Containerfile']
  for (const path of paths) await write({ [join(relative(folder, context), path)]: '' })
  await writeFile(join(context, '.dockerignore'), text)
  await writeFile(join(context, 'Containerfile'), 'FROM scratch\nCOPY . /\n')
  const args = ['bud', '--tag', `dir:${image}`, context]
  expect(await runCommand('buildah', args, { env: room.env })).toMatchObject({ code: 0 })
  const seen = new Set<string>()
  for (const layer of await readdir(image)) {
    const { code, stdout } = await runCommand('tar', ['-tf', join(image, layer)])
    if (code === 0) for (const path of stdout.split('\n')) if (path !== '' && !path.endsWith('/')) seen.add(path)
  }
  const ignores = parseIgnoreFile(text)
  return { seen: [...seen].sort(), expected: files.filter(path => !ignores(path)).sort() }
}

test('buildah sees exactly the files that are not ignored', async () => {
  const text = '*.md\n/docs\n!docs/keep.md\n**/*.test.ts\nout/**\n**/tmp?\n**/.cache\n.git\nContainerfile\n'
  const { seen, expected } = await seenWith(text)
  expect(seen).toEqual(expected)
})

test.each([
  '*\n!**.ts\n',
  '**.ts\n',
  'docs\n!docs/keep.md\ndocs\n',
  '../docs\n',
  '*\n!../docs\n',
  '/../docs\n',
  '*\n!.git/HEAD\n',
])('of what builders read differently, no file that buildah sees counts as ignored: %j', async text => {
  const { seen, expected } = await seenWith(text)
  expect(expected).toEqual(expect.arrayContaining(seen))
})

test.each<[string, Record<string, string>, Partial<Record<BuilderName, string>>]>([
  ['beside the Dockerfile', { 'app.Dockerfile.dockerignore': 'b' }, { buildx: 'b', buildah: 'b', docker: '' }],
  [
    'beside the Dockerfile and in the context',
    { '.dockerignore': 'a\nb', 'app.Dockerfile.dockerignore': 'b\nc' },
    { buildx: 'bc', buildah: 'bc', docker: 'b' },
  ],
  ['.containerignore', { '.containerignore': 'a' }, { buildx: '', buildah: 'a', docker: '' }],
  [
    '.containerignore and .dockerignore',
    { '.containerignore': 'a', '.dockerignore': 'b' },
    { buildx: 'b', buildah: 'a', docker: 'b' },
  ],
])('what is ignored is what the builder reads: %s', async (_, files, expected) => {
  const context = await mkdtemp(join(folder, 'context-'))
  for (const [path, text] of Object.entries(files)) await writeFile(join(context, path), text)
  for (const name of builderNames) {
    const ignores = await readIgnores(context, join(context, 'app.Dockerfile'), async () => name)
    expect([name, ['a', 'b', 'c'].filter(ignores).join('')]).toEqual([name, expected[name]])
  }
})

test('where all builders read the same file, nobody is asked which one it is', async () => {
  const context = await mkdtemp(join(folder, 'context-'))
  const asked = () => Promise.reject(new Error('nobody needs to know'))
  expect((await readIgnores(context, join(context, 'Dockerfile'), asked))('a')).toBe(false)
  await writeFile(join(context, '.dockerignore'), 'a')
  expect((await readIgnores(context, join(context, 'Dockerfile'), asked))('a')).toBe(true)
})
