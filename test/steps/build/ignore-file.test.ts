import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runCommand } from '../../../host/index.ts'
import { parseIgnoreFile, readIgnores } from '../../../steps/build/ignore-file.ts'
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

test('buildah sees exactly the files that are not ignored', async () => {
  const paths = [
    'a.md',
    'b.txt',
    'docs/a.md',
    'docs/keep.md',
    'docs/deep/x',
    'src/main.ts',
    'src/main.test.ts',
    'out/x',
  ]
  await write(Object.fromEntries([...paths, 'tmp1/x', 'x/tmp2/y', 'x/y/.cache/z', '.git/HEAD'].map(path => [path, ''])))
  const text = '*.md\n/docs\n!docs/keep.md\n**/*.test.ts\nout/**\n**/tmp?\n**/.cache\n.git\nContainerfile\n'
  await write({ '.dockerignore': text, Containerfile: 'FROM scratch\nCOPY . /\n' })
  const image = join(folder, '..', `${folder.split('/').at(-1)}-image`)
  try {
    const args = ['bud', '--tag', `dir:${image}`, folder]
    expect(await runCommand('buildah', args, { env: room.env })).toMatchObject({ code: 0 })
    const layers = await readdir(image)
    const seen = new Set<string>()
    for (const layer of layers) {
      const { code, stdout } = await runCommand('tar', ['-tf', join(image, layer)])
      if (code === 0) for (const path of stdout.split('\n')) if (path !== '' && !path.endsWith('/')) seen.add(path)
    }
    const ignores = parseIgnoreFile(text)
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries
      .filter(entry => entry.isFile())
      .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    expect([...seen].sort()).toEqual(files.filter(path => !ignores(path)).sort())
  } finally {
    await rm(image, { recursive: true, force: true })
  }
})

test('where builders would read different files, only what all of them ignore is ignored', async () => {
  await write({ '.dockerignore': 'a\nb\n', 'app.Dockerfile.dockerignore': 'b\nc\n' })
  const ignores = await readIgnores(folder, join(folder, 'app.Dockerfile'))
  expect(['a', 'b', 'c'].map(ignores)).toEqual([false, true, false])
  expect((await readIgnores(join(folder, 'docs'), join(folder, 'docs', 'Dockerfile')))('a')).toBe(false)
})
