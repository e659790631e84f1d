import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

// Who adds a workflow adds a test that runs it.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** The texts of the files of a folder whose names match, by their names. */
async function texts(folder: string, names: RegExp): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter(file => names.test(file))
  return Object.fromEntries(
    await Promise.all(files.map(async file => [file, await readFile(join(folder, file), 'utf8')] as const)),
  )
}

test('every starter is run by a test in this folder', async () => {
  const sources = Object.values(await texts(here, /(?<!every\.test)\.ts$/)).join('')
  const starters = Object.keys(await texts(join(root, 'workflows'), /\.yml$/))
  expect(starters.filter(file => !sources.includes(`'${file}'`))).toEqual([])
})

test('every reusable workflow is called by a starter, or by a workflow that is', async () => {
  const workflows = await texts(join(root, '.github/workflows'), /\.yml$/)
  const reusable = Object.keys(workflows).filter(file => workflows[file]?.includes('\n  workflow_call:'))
  const called = new Set<string>()
  const follow = (text: string) => {
    for (const [, file = ''] of text.matchAll(/uses: \S+\/\.github\/workflows\/([\w-]+\.yml)/g)) {
      if (called.has(file)) continue
      called.add(file)
      follow(workflows[file] ?? '')
    }
  }
  for (const starter of Object.values(await texts(join(root, 'workflows'), /\.yml$/))) follow(starter)
  expect([...called].sort()).toEqual(reusable.sort())
})
