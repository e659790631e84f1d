import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
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
    logged: '4 errors and 0 warnings\n',
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

test('a change is compared with a folder or a revision, and what it takes away is refused beyond a number', async () => {
  const git = async (...args: string[]) => {
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
    const { code, stderr } = await runCommand('git', [...author, ...args], { cwd: folder })
    if (code !== 0) throw new Error(stderr)
  }
  cpSync(join(folder, 'gitops'), join(folder, 'before'), { recursive: true })
  await git('init', '--quiet')
  await git('add', 'gitops')
  await git('commit', '--quiet', '--message', 'Begin')
  rmSync(join(folder, 'gitops/apps/coolkit/clusters/prod-eu1-c'), { recursive: true })
  for (const base of ['HEAD', 'before']) {
    expect(await check(['gitops', '--base', base], { PATH: process.env.PATH ?? '' })).toEqual({
      code: 2,
      printed:
        'gitops/applicationsets: error: 1 Application is made no more: coolkit.prod-eu1-c. If all of it is meant, allow it: --removes 1 [applications-removed]\n',
      logged:
        'Applications added: none\nApplications removed: coolkit.prod-eu1-c\nApplications changed: none\n1 errors and 0 warnings\n',
    })
  }
  const allowed = await check(['gitops', '--base', 'before', '--removes', '1', '--json'])
  expect(allowed.code).toBe(0)
  expect(JSON.parse(allowed.printed)).toEqual({
    findings: [],
    applications: { added: [], removed: ['coolkit.prod-eu1-c'], changed: [] },
  })
  const { stdout } = await runCommand('git', ['status', '--porcelain'], { cwd: folder })
  expect(stdout).toMatch(/^ D gitops\/apps\/coolkit\/clusters\/prod-eu1-c/m)
  expect(await check(['gitops', '--base', 'nowhere'], { PATH: process.env.PATH ?? '' })).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--base": there is no such folder, nor such a revision.*found "nowhere"/),
  })
  expect(await check(['gitops', '--base', 'before', '--removes', 'all'])).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--removes": not a number/),
  })
})

test.each([
  [[], /"DIR": not a GitOps repository/],
  [['nowhere'], /"DIR": not a GitOps repository.*found "nowhere"/],
  [['gitops', '--format', 'xml'], /"--format": there is no such format/],
])('stovepipe check %j is refused', async (args, message) => {
  expect(await check(args)).toMatchObject({ code: 2, logged: expect.stringMatching(message) })
})
