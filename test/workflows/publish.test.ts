import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runStep } from './script.ts'

const publish = '.github/workflows/publish.yml'
const sha = 'c'.repeat(40)
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stovepipe-publish-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a step with a `gh` that answers by the case it finds, and keeps what it was asked. */
async function withGh(step: string, cases: string, tag = 'v1.2.3') {
  const asked = join(folder, 'asked')
  writeFileSync(asked, '')
  writeFileSync(join(folder, 'gh'), `#!/bin/bash\necho "$*" >> '${asked}'\ncase "$*" in\n${cases}\nesac\n`)
  chmodSync(join(folder, 'gh'), 0o755)
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    GITHUB_REPOSITORY: 'acme/stovepipe',
    GITHUB_SHA: sha,
    LC_ALL: 'C',
  }
  const ran = await runStep(publish, step, { ...env, GITHUB_REF_NAME: tag })
  return { ...ran, asked: readFileSync(asked, 'utf8').trim().split('\n') }
}

test('nothing is published before CI passed on that very commit', async () => {
  const waiting = await withGh('Ask how CI ended', '')
  expect(waiting).toMatchObject({ code: 1, printed: expect.stringContaining(`CI has not passed on ${sha}`) })
  const passed = await withGh('Ask how CI ended', '*) echo https://github.example/run/1;;')
  expect(passed).toMatchObject({ code: 0, printed: 'passed: https://github.example/run/1\n' })
  expect(passed.asked).toEqual([expect.stringContaining(`--workflow ci.yml --commit ${sha} --status success`)])
})

const tags = (...names: string[]) => `*matching-refs*) printf 'refs/tags/%s\\n' ${names.join(' ')};;`

test('the major tag moves to the newest version', async () => {
  const { code, printed, asked } = await withGh('Move the major tag', tags('v1.2.3', 'v1.2.2', 'v1.0.0'))
  expect({ code, printed }).toEqual({ code: 0, printed: 'v1 is v1.2.3\n' })
  expect(asked.at(-1)).toBe(
    `api --method PATCH repos/acme/stovepipe/git/refs/tags/v1 --raw-field sha=${sha} --field force=true --silent`,
  )
})

test('the major tag is made where there is none', async () => {
  const { asked } = await withGh('Move the major tag', `${tags('v1.2.3')}\n*git/ref/*) exit 1;;`)
  expect(asked.at(-1)).toContain('--method POST repos/acme/stovepipe/git/refs --raw-field ref=refs/tags/v1')
})

test.each([
  { tag: 'v1.2.3', newer: 'v1.10.0' },
  { tag: 'v1.9.9', newer: 'v1.10.0' },
])('a fix of an old version, $tag, does not take the major tag back from $newer', async ({ tag, newer }) => {
  const { code, printed, asked } = await withGh('Move the major tag', tags(tag, newer, 'v1.x', 'v1.10.0-rc.1'), tag)
  expect({ code, printed }).toEqual({ code: 0, printed: `v1 stays where it is: ${newer} is newer\n` })
  expect(asked.filter(call => call.includes('--method'))).toEqual([])
})

test('the release is a draft until its files are there, and is made once', async () => {
  const { code, asked } = await withGh('Make the release', '*release\\ view*) exit 1;;')
  expect(code).toBe(0)
  expect(asked.slice(-3).map(call => call.split(' ').slice(0, 3).join(' '))).toEqual([
    'release create v1.2.3',
    'release upload v1.2.3',
    'release edit v1.2.3',
  ])
  expect(asked.at(-3)).toContain('--draft --verify-tag')
  expect(asked.at(-1)).toContain('--draft=false')
})

test('a run that ended half-way is run again: the draft is filled and published, what is published is left alone', async () => {
  const draft = await withGh('Make the release', '*release\\ view*) true;;')
  expect(draft.asked.map(call => call.split(' ')[1])).toEqual(['view', 'view', 'upload', 'edit'])
  const published = await withGh('Make the release', '*isDraft*) echo published;;')
  expect(published).toMatchObject({ code: 0, printed: 'v1.2.3 is published already\n' })
  expect(published.asked).toHaveLength(1)
})
