import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runCommand } from '../../../host/index.ts'
import { filesTree, folderTree } from '../../../steps/folder/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const files = { 'a.yaml': 'a: 1\r\n', 'a/b': 'é\n', 'a/c/d': '', 'a.b/x': 'x', ab: '\n' }

function write(): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

async function git(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}

test('ids and order are Git’s own, with programs, links and an empty folder', async () => {
  write()
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n')
  chmodSync(join(folder, 'run.sh'), 0o755)
  symlinkSync('../nowhere', join(folder, 'link'))
  mkdirSync(join(folder, 'empty'))
  const tree = folderTree(folder)
  const id = tree.id('')
  await git('init', '--quiet')
  await git('add', '--all')
  expect(id).toBe(await git('write-tree'))
  expect(folderTree(folder).id('')).toBe(id)
  const listed = (await git('ls-tree', id ?? '')).split('\n').map(line => line.split(/\s+/))
  expect(tree.list('').map(({ mode, kind, id, name }) => [mode, kind, id, name])).toEqual(listed)
  expect(tree.id('a')).toBe(await git('rev-parse', `${id}:a`))
})

test('files in memory are the same tree', () => {
  write()
  expect(filesTree(new Map(Object.entries(files))).id('')).toBe(folderTree(folder).id(''))
})

test('texts are read as they are; what is no text, and a link, is refused; what is not there is undefined', () => {
  write()
  writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0xfe]))
  symlinkSync('/etc/passwd', join(folder, 'link'))
  symlinkSync('/etc', join(folder, 'away'))
  const tree = folderTree(folder)
  expect(tree.read('a.yaml')).toBe('a: 1\r\n')
  expect(tree.read('a')).toBeUndefined()
  expect(tree.read('a.yaml/x')).toBeUndefined()
  expect(tree.read('nope')).toBeUndefined()
  expect(tree.list('nope')).toEqual([])
  expect(() => tree.read('bytes')).toThrow('bytes: is not UTF-8 text')
  expect(() => tree.read('link')).toThrow('link: is a symbolic link')
  expect(tree.read('away/passwd')).toBeUndefined()
})
