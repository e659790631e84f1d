import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import type { Change, Repository, Write } from '../../../gitops/repository/index.ts'
import fc from '../../support/property.ts'
import { world } from './world.ts'

async function put(repository: Repository, changes: readonly Change[], more: Partial<Write> = {}) {
  const tree = await repository.head()
  return repository.write({ parent: tree.commit, message: 'a change', changes, ...more })
}

test('a write is one commit on top of its parent, with the committer, the time and the trailers', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' })
  const parent = await there.bare.head()
  const repository = await there.open({ trailers: { 'Stovepipe-Run': 'https://example.com/1\nEvil: 2' } })
  const result = await put(repository, [{ path: 'a.yaml', text: 'a: 2\n' }], { message: 'bump a\n\nWhy: because' })
  if (result.kind !== 'written') throw new Error(result.kind)
  expect(result.tree.read('a.yaml')).toBe('a: 2\n')
  expect(result.tree.read('b.yaml')).toBe('b: 1\n')
  const [commit, before] = await there.bare.log()
  expect(commit).toMatchObject({
    commit: result.tree.commit,
    subject: 'bump a',
    body: 'Why: because\nStovepipe-Run: https://example.com/1 Evil: 2',
    author: 'Stovepipe',
  })
  expect(Math.abs((commit?.time ?? 0) - Date.now() / 1000)).toBeLessThan(30)
  expect(before?.commit).toBe(parent)
  expect(await there.bare.git('fsck', '--full', '--strict')).toBe('')
  expect(await repository.head()).toBe(result.tree)
})

test('files keep their bytes, modes and neighbours', async () => {
  await using there = await world({
    'gitops/run.sh': { text: '#!/bin/sh\r\n', executable: true },
    'gitops/crlf.yaml': 'a: 1\r\nb: 2\r\n',
    'gitops/.gitattributes': '* text eol=lf\n',
    'gitops/link': { link: 'run.sh' },
    'gitops/binary': Buffer.from([0, 0xff, 0x0a]),
    'other/x': 'x\n',
  })
  const repository = await there.open({ directory: 'gitops' })
  const before = await there.bare.git('ls-tree', '-r', 'main')
  await put(repository, [
    { path: 'run.sh', text: '#!/bin/sh\r\nexit\r\n' },
    { path: 'crlf.yaml', text: 'a: 3\r\nb: 2' },
    { path: 'new folder/"quoted" ñ.yaml', text: '\ufeffno line end' },
  ])
  expect(await there.bare.read('gitops/run.sh')).toBe('#!/bin/sh\r\nexit\r\n')
  expect(await there.bare.read('gitops/crlf.yaml')).toBe('a: 3\r\nb: 2')
  expect(await there.bare.read('gitops/new folder/"quoted" ñ.yaml')).toBe('\ufeffno line end')
  const after = (await there.bare.git('ls-tree', '-r', 'main')).split('\n')
  const kept = before.split('\n').filter(line => !/run\.sh$|crlf/.test(line))
  expect(after).toEqual(expect.arrayContaining(kept))
  expect(after.find(line => line.endsWith('run.sh'))).toMatch(/^100755/)
})

test('a folder is copied by its tree object, whole', async () => {
  await using there = await world({
    'apps/kit/base/deployment.yaml': 'replicas: 3\n',
    'apps/kit/base/bin/start': { text: '#!/bin/sh\n', executable: true },
    'apps/kit/clusters/a/base/stale.yaml': 'gone: true\n',
    'apps/kit/clusters/a/kustomization.yaml': 'pin\n',
  })
  const repository = await there.open()
  const tree = (await repository.head()).id('apps/kit/base') ?? ''
  const result = await put(repository, [
    { path: 'apps/kit/clusters/a/base', tree },
    { path: 'apps/kit/clusters/b/base', tree },
  ])
  if (result.kind !== 'written') throw new Error(result.kind)
  expect(result.tree.id('apps/kit/clusters/a/base')).toBe(tree)
  expect(result.tree.id('apps/kit/clusters/b/base')).toBe(tree)
  expect(result.tree.read('apps/kit/clusters/a/base/stale.yaml')).toBeUndefined()
  expect(result.tree.list('apps/kit/clusters/b/base/bin')).toMatchObject([{ name: 'start', mode: '100755' }])
})

test('a folder that only an older commit holds is found there, and one that none holds is refused', async () => {
  await using there = await world({ 'base/a.yaml': 'old\n' })
  const old = (await there.bare.git('rev-parse', 'main:base')).trim()
  for (let n = 0; n < 3; n++) await there.bare.commit({ 'base/a.yaml': `${n}\n` })
  const repository = await there.open()
  const result = await put(repository, [{ path: 'base', tree: old }])
  expect(result.kind).toBe('written')
  expect(await there.bare.read('base/a.yaml')).toBe('old\n')
  await expect(put(repository, [{ path: 'base', tree: 'ab'.repeat(20) }])).rejects.toThrow(ConfigurationError)
})

test('however many commits ago a folder was, it is found', async () => {
  await using there = await world({ 'base/a.yaml': 'old\n' })
  const old = (await there.bare.git('rev-parse', 'main:base')).trim()
  let head = await there.bare.commit({ 'base/a.yaml': 'new\n' })
  const tree = (await there.bare.git('rev-parse', 'main^{tree}')).trim()
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com']
  for (let n = 0; n < 520; n++) {
    head = (await there.bare.git(...identity, 'commit-tree', '-p', head, '-m', `${n}`, tree)).trim()
  }
  await there.bare.git('update-ref', 'refs/heads/main', head)
  expect((await put(await there.open(), [{ path: 'base', tree: old }])).kind).toBe('written')
  expect(await there.bare.read('base/a.yaml')).toBe('old\n')
})

test('removing a file, a folder, and what is not there', async () => {
  await using there = await world({ 'a/b/c.yaml': 'c\n', 'a/d.yaml': 'd\n', 'e.yaml': 'e\n' })
  const repository = await there.open()
  const result = await put(repository, [
    { path: 'a/b', remove: true },
    { path: 'e.yaml', remove: true },
    { path: 'nowhere/f.yaml', remove: true },
  ])
  if (result.kind !== 'written') throw new Error(result.kind)
  expect((await there.bare.git('ls-tree', '-r', '--name-only', 'main')).trim()).toBe('a/d.yaml')
  expect(result.tree.id('a/b')).toBeUndefined()
})

test('changes that change nothing make no commit; it is still a compare-and-swap', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const repository = await there.open()
  const tree = await repository.head()
  const same: Write = { parent: tree.commit, message: 'same', changes: [{ path: 'a.yaml', text: 'a: 1\n' }] }
  expect(await repository.write(same)).toEqual({ kind: 'written', tree })
  expect(await there.bare.head()).toBe(tree.commit)
  await there.bare.commit({ 'b.yaml': 'b\n' })
  expect(await repository.write(same)).toEqual({ kind: 'lost' })
  expect(there.server.counts.push).toBe(0)
})

test('writes that no caller should ask for', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const repository = await there.open()
  for (const [changes, more] of [
    [[], {}],
    [[{ path: 'a.yaml', text: '' }], { message: ' \n' }],
    [[{ path: 'a.yaml', text: '\ud800' }], {}],
    [[{ path: 'a.yaml', text: '' }], { parent: 'main' }],
    [[{ path: 'a.yaml', text: '' }], { parent: 'ab'.repeat(20) }],
    [[{ path: 'x', tree: '--all' }], {}],
    [
      [
        { path: 'b', text: '' },
        { path: 'b', remove: true },
      ],
      {},
    ],
    [
      [
        { path: 'b/c', text: '' },
        { path: 'b', remove: true },
      ],
      {},
    ],
  ] as const) {
    await expect(put(repository, changes, more)).rejects.toThrow(RangeError)
  }
  expect(there.server.counts.push).toBe(0)
})

test.each([
  ['/etc/passwd', 'absolute'],
  ['../outside', 'leads out'],
  ['apps/../../outside', 'leads out'],
  ['apps/..', 'leads out'],
  ['.git/config', "Git's own"],
  ['apps/.GIT/hooks/x', "Git's own"],
  ['apps/git~1/x', "Git's own"],
  ['.git. /config', "Git's own"],
  ['', 'empty'],
  ['apps//x', 'empty part'],
  ['./x', 'empty part'],
  ['apps/', 'empty part'],
  ['apps\\..\\x', 'backslash'],
  ['a\nM 100644 inline b', 'control character'],
  ['a\0b', 'control character'],
  ['a\u2028b', 'control character'],
  ['a\ud800', 'Unicode'],
  ['link/x', 'a file, link or submodule stands'],
  ['link', 'a link or submodule'],
  ['a.yaml/b', 'a file, link or submodule stands'],
  ['folder', 'a folder stands'],
])('the path %j is refused, with nothing written', async (path, problem) => {
  await using there = await world({ 'a.yaml': 'a: 1\n', 'folder/x': 'x\n', link: { link: 'folder' } })
  const repository = await there.open()
  const error = await put(repository, [{ path, text: 'bad\n' }]).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(String(error)).toContain(problem)
  expect(String(error)).not.toMatch(/[\n\0]/)
  expect(there.server.counts.push).toBe(0)
})

test('a branch that a hook protects is refused with what the server said', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const head = await there.bare.head()
  await there.bare.hook(
    'pre-receive',
    'echo "main is protected, open a pull request" >&2\necho "::error::x" >&2\nexit 1',
  )
  const repository = await there.open()
  const error = await put(repository, [{ path: 'a.yaml', text: 'a: 2\n' }]).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect(String(error)).toContain('main is protected, open a pull request')
  expect(String(error)).toContain('pre-receive hook declined')
  expect(String(error)).not.toContain('\n')
  expect(await there.bare.head()).toBe(head)
})

test('whatever the texts, they are read back as they were written', async () => {
  await using there = await world({ 'first.txt': '' })
  const repository = await there.open({ directory: '.' })
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 300, seed: 7 })
  const special = ['', '\n', '\r\n', 'done\n', 'data 3\nabc\n', '\0', '\u2028', '\ufeff', '\ufffd', 'no line end']
  const changes = [...special, ...texts].map((text, n) => ({ path: `folder ${n % 7}/ü ${n}.txt`, text }))
  await put(repository, changes)
  const tree = await (await there.open()).head()
  for (const { path, text } of changes) expect([path, tree.read(path)]).toEqual([path, text])
})

test('a submodule is neither followed nor replaced, and stays', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const { git } = there.bare
  await git('read-tree', 'main')
  await git('update-index', '--add', '--cacheinfo', `160000,${'ab'.repeat(20)},sub`)
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com']
  const tree = (await git('write-tree')).trim()
  const commit = await git(...identity, 'commit-tree', '-p', 'main', '-m', 'submodule', tree)
  await git('update-ref', 'refs/heads/main', commit.trim())
  const repository = await there.open()
  const seen = await repository.head()
  expect(seen.list('')).toMatchObject([{ name: 'a.yaml' }, { name: 'sub', kind: 'commit', mode: '160000' }])
  expect(() => seen.read('sub/x')).toThrow('sub: is a submodule')
  expect(seen.list('sub')).toEqual([])
  for (const path of ['sub', 'sub/x', 'sub/x/y']) {
    await expect(put(repository, [{ path, text: 'bad\n' }])).rejects.toThrow(ConfigurationError)
  }
  await put(repository, [{ path: 'a.yaml', text: 'a: 2\n' }])
  expect(await git('ls-tree', 'main', 'sub')).toMatch(/^160000 commit (?:ab){20}\tsub/)
})

test('2,000 files are written in about the time of 20', async () => {
  async function measure(count: number) {
    const files = Object.fromEntries(Array.from({ length: count }, (_, n) => [`clusters/${n}/pin.yaml`, `tag: ${n}\n`]))
    await using there = await world({ ...files, 'base/a.yaml': 'a\n' })
    const repository = await there.open()
    const began = performance.now()
    const tree = await repository.head()
    const changes = Object.keys(files).map(path => ({ path, text: 'tag: new\n' }))
    const result = await repository.write({ parent: tree.commit, message: 'all', changes })
    const took = performance.now() - began
    if (result.kind !== 'written') throw new Error(result.kind)
    expect(await there.bare.read(`clusters/${count - 1}/pin.yaml`)).toBe('tag: new\n')
    return took
  }
  const small = await measure(20)
  expect((await measure(2000)) / small).toBeLessThan(12)
})
