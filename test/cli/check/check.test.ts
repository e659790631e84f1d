import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { cleanRepository } from '../../steps/check/repository.ts'
import { terminal } from '../terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
  for (const [path, text] of Object.entries(cleanRepository())) {
    mkdirSync(dirname(join(folder, 'gitops', path)), { recursive: true })
    writeFileSync(join(folder, 'gitops', path), text)
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function check(args: readonly string[], env: Record<string, string> = {}) {
  const io = terminal({ cwd: folder, env })
  return { code: await run(['check', ...args], commands, io), printed: io.printed(), logged: io.logged() }
}
const broken = () =>
  writeFileSync(
    join(folder, 'gitops/clusters/dev.yaml'),
    'apiVersion: stovepipe.dev/v1alpha1\nkind: Clutser\nmetadata: { name: dev }\nspec: {}\n',
  )

test('a clean repository has no findings', async () => {
  expect(await check(['gitops'])).toEqual({ code: 0, printed: '', logged: '0 errors and 0 warnings\n' })
  expect(await check(['gitops', '--json'])).toMatchObject({ code: 0, printed: '{\n  "findings": []\n}\n' })
})

test('a finding has its place, its problem and its cure, as text, as JSON, and as an annotation', async () => {
  broken()
  expect(await check(['gitops'])).toMatchObject({
    code: 2,
    printed: expect.stringMatching(/^gitops\/clusters\/dev.yaml:2:7: error: kind: .*\. Correct it \[invalid-file\]$/m),
    logged: '3 errors and 0 warnings\n',
  })
  expect(await check(['gitops'], { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder })).toMatchObject({
    code: 2,
    printed: expect.stringMatching(
      /^::error file=gitops\/clusters\/dev.yaml,line=2,col=7,title=stovepipe check%3A invalid-file::kind/m,
    ),
  })
  const { findings } = JSON.parse((await check(['gitops', '--format', 'json'])).printed)
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: 'invalid-file', place: { file: 'gitops/clusters/dev.yaml', line: 2, column: 7 } }),
  )
})

test('warnings are an error only with --strict', async () => {
  writeFileSync(join(folder, 'gitops/platform/secret.yaml'), 'apiVersion: v1\nkind: Secret\nstringData: { a: b }\n')
  expect(await check(['gitops'])).toMatchObject({ code: 0, printed: expect.stringMatching(/plain-secret/) })
  expect(await check(['gitops', '--strict'])).toMatchObject({ code: 2 })
})

test.each([
  [[], /"DIR": not a GitOps repository/],
  [['nowhere'], /"DIR": not a GitOps repository.*found "nowhere"/],
  [['gitops', '--format', 'xml'], /"--format": there is no such format/],
])('stovepipe check %j is refused', async (args, message) => {
  expect(await check(args)).toMatchObject({ code: 2, logged: expect.stringMatching(message) })
})
