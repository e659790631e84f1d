import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { RepositoryUnreachableError } from '../../../gitops/repository/index.ts'
import { world } from './world.ts'

test('reads the files of the newest commit, relative to the directory', async () => {
  await using there = await world({
    'gitops/apps/coolkit/pipeline.yaml': 'kind: Pipeline\n',
    'gitops/clusters/a.yaml': 'kind: Cluster\r\n',
    'gitops/clusters/same.yaml': 'kind: Cluster\r\n',
    'README.md': 'outside\n',
  })
  const repository = await there.open({ directory: './gitops/' })
  const tree = await repository.head()
  expect(tree.commit).toBe(await there.bare.head())
  expect(tree.read('clusters/a.yaml')).toBe('kind: Cluster\r\n')
  expect(tree.read('clusters/same.yaml')).toBe('kind: Cluster\r\n')
  expect(tree.read('README.md')).toBeUndefined()
  expect(tree.read('clusters')).toBeUndefined()
  expect(tree.id('clusters/a.yaml')).toBe(tree.id('clusters/same.yaml'))
  expect(tree.id('clusters')).toBe((await there.bare.git('rev-parse', 'main:gitops/clusters')).trim())
  expect(tree.id('')).toBe((await there.bare.git('rev-parse', 'main:gitops')).trim())
  expect(tree.list('').map(entry => [entry.name, entry.kind])).toEqual([
    ['apps', 'tree'],
    ['clusters', 'tree'],
  ])
  expect(tree.list('clusters').map(entry => [entry.name, entry.kind, entry.mode])).toEqual([
    ['a.yaml', 'blob', '100644'],
    ['same.yaml', 'blob', '100644'],
  ])
  expect(tree.list('nowhere')).toEqual([])
})

test('an unchanged head costs one request, a changed one a fetch of one commit', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const repository = await there.open()
  const first = await repository.head()
  const before = { ...there.server.counts }
  expect(await repository.head()).toBe(first)
  expect(there.server.counts).toMatchObject({ fetch: before.fetch, push: 0 })
  const commit = await there.bare.commit({ 'a.yaml': 'a: 2\n' })
  const second = await repository.head()
  expect(second.commit).toBe(commit)
  expect(second.read('a.yaml')).toBe('a: 2\n')
  expect(first.read('a.yaml')).toBe('a: 1\n')
  expect(there.server.counts.fetch).toBeGreaterThan(before.fetch)
})

test('what is no text is refused when read, never taken for missing', async () => {
  await using there = await world({
    'latin1.yaml': Buffer.from('name: caf\xe9\n', 'latin1'),
    'cut.yaml': Buffer.from([0xf0, 0x9f, 0x98]), // decodes to one U+FFFD, which is three bytes long as well
    'after.yaml': 'ok: true\n',
    'marked.yaml': '\ufeffbom: kept\n',
    'large.txt': 'x'.repeat(1024 * 1024 + 1),
    'link.yaml': { link: '/etc/passwd' },
    'folder-link': { link: '../..' },
    'empty.yaml': '',
  })
  const tree = await (await there.open()).head()
  expect(tree.read('after.yaml')).toBe('ok: true\n')
  expect(tree.read('marked.yaml')).toBe('\ufeffbom: kept\n')
  expect(tree.read('empty.yaml')).toBe('')
  for (const [path, problem] of [
    ['latin1.yaml', 'latin1.yaml: is not UTF-8 text'],
    ['cut.yaml', 'cut.yaml: is not UTF-8 text'],
    ['large.txt', 'large.txt: is larger than 1 MiB'],
    ['link.yaml', 'link.yaml: is a symbolic link'],
    ['folder-link/etc/passwd', 'folder-link: is a symbolic link'],
  ] as const) {
    expect(() => tree.read(path)).toThrow(ConfigurationError)
    expect(() => tree.read(path)).toThrow(problem)
  }
})

test('an empty folder name, an unknown branch, directory and repository each say what to do', async () => {
  await using there = await world({ 'apps/a.yaml': 'a\n' })
  for (const [options, message] of [
    [{ branch: 'release' }, 'input "branch": http'],
    [{ directory: 'gitops' }, 'input "directory": commit'],
    [{ directory: 'apps/a.yaml' }, 'input "directory": commit'],
    [{ repository: `${there.server.url}/acme/nothing.git` }, 'input "repository": there is no such repository'],
    [{ repository: `${there.folder}/acme/nothing.git` }, 'input "repository": there is no such folder'],
  ] as const) {
    const repository = await there.open(options)
    const error = await repository.head().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(String(error)).toContain(message)
  }
})

test('an empty repository has no branch', async () => {
  await using there = await world({})
  await expect((await there.open()).head()).rejects.toThrow('an empty repository needs a first commit')
})

test('a repository by its path and by owner/name on a server', async () => {
  await using there = await world({ 'a.yaml': 'a\n' })
  for (const options of [
    { repository: there.bare.folder },
    { repository: `file://${there.bare.folder}` },
    { repository: './acme/gitops.git', folder: there.folder },
    { repository: 'acme/gitops.git', server: there.server.url },
  ]) {
    expect((await (await there.open(options)).head()).read('a.yaml')).toBe('a\n')
  }
})

test('repositories with sha256 ids are read and written', async () => {
  await using there = await world({ 'a.yaml': 'a\n' }, { format: 'sha256' })
  const repository = await there.open()
  const tree = await repository.head()
  expect(tree.commit).toHaveLength(64)
  const written = await repository.write({
    parent: tree.commit,
    message: 'b',
    changes: [{ path: 'a.yaml', text: 'b\n' }],
  })
  expect(written.kind).toBe('written')
  expect(await there.bare.read('a.yaml')).toBe('b\n')
})

test('a server that is down, fails or does not answer in time is unreachable', async () => {
  await using there = await world({ 'a.yaml': 'a\n' })
  const repository = await there.open({ timeout: 400 })
  there.server.hooks.status = () => 502
  await expect(repository.head()).rejects.toThrow(RepositoryUnreachableError)
  there.server.hooks.status = undefined
  there.server.hooks.delay = () => 30_000
  const began = Date.now()
  await expect(repository.head()).rejects.toThrow('no answer in time')
  expect(Date.now() - began).toBeLessThan(5000)
  there.server.hooks.delay = undefined
  expect((await (await there.open()).head()).read('a.yaml')).toBe('a\n')
  await there.server.close()
  await expect(repository.head()).rejects.toThrow(RepositoryUnreachableError)
})

test('the last commit to a path is looked for a few hundred commits deep', async () => {
  await using there = await world({ 'gitops/old.yaml': '1\n', 'gitops/new.yaml': '1\n' })
  const [first] = await there.bare.log()
  for (let n = 0; n < 40; n++) await there.bare.commit({ 'gitops/other.yaml': `${n}\n` })
  const person = await there.bare.commit({ 'gitops/new.yaml': '2\n' }, { author: 'Ada' })
  await there.bare.commit({ 'gitops/other.yaml': 'last\n' })
  const repository = await there.open({ directory: 'gitops' })
  expect(await repository.lastCommitTo('new.yaml')).toEqual({ commit: person, author: 'Ada' })
  expect(await repository.lastCommitTo('old.yaml')).toEqual({ commit: first?.commit, author: 'Someone Else' })
  expect(await repository.lastCommitTo('nowhere.yaml')).toBeUndefined()
  expect((await repository.head()).read('other.yaml')).toBe('last\n')
})

test('the files of an older commit can be read, without moving the head; what is no commit of the branch cannot', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' })
  const first = await there.bare.head()
  for (let count = 2; count < 5; count++) await there.bare.commit({ 'a.yaml': `a: ${count}\n` })
  const repository = await there.open()
  expect((await repository.at(first))?.read('a.yaml')).toBe('a: 1\n')
  const head = await repository.head()
  expect(head.read('a.yaml')).toBe('a: 4\n')
  expect((await repository.at(head.commit))?.commit).toBe(head.commit)
  expect(await repository.at('0123456789012345678901234567890123456789')).toBeUndefined()
  expect(await repository.at('--upload-pack=x')).toBeUndefined()
})
