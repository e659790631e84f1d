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
  write('gitops', cleanRepository())
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(to: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, to, path)), { recursive: true })
    writeFileSync(join(folder, to, path), text)
  }
}

async function git(...args: string[]): Promise<void> {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  const { code, stderr } = await runCommand('git', [...author, ...args], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
}

/** Commits the folder, with a GitOps repository in `gitops/` whose ApplicationSet names that folder. */
async function committed(): Promise<void> {
  write('gitops', cleanRepository('gitops'))
  await git('init', '--quiet')
  await git('add', 'gitops')
  await git('commit', '--quiet', '--message', 'Begin')
}

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
  await committed()
  cpSync(join(folder, 'gitops'), join(folder, 'before'), { recursive: true })
  rmSync(join(folder, 'gitops/apps/coolkit/clusters/prod-eu1-c'), { recursive: true })
  for (const base of ['HEAD', 'before']) {
    expect(await check(['gitops', '--base', base], { PATH: process.env.PATH ?? '' })).toEqual({
      code: 2,
      printed:
        'gitops/applicationsets: error: 1 Application is made no more: coolkit.prod-eu1-c. If all of it is meant, allow it: --removes 1, which the starter check.yml takes from a label removes-1 [applications-removed]\n',
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
  expect(await check(['gitops', '--removes', '1'])).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--removes": nothing is compared.*Add --base/),
  })
  expect(await check(['gitops', '--base', 'before', '--removes', 'all'])).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--removes": not a number/),
  })
})

test('in a folder of a Git repository, paths begin at its root: deleting every cluster is seen', async () => {
  await committed()
  cpSync(join(folder, 'gitops'), join(folder, 'before'), { recursive: true })
  await git('worktree', 'add', '--quiet', 'other', 'HEAD')
  expect(await check(['gitops'])).toEqual({ code: 0, printed: '', logged: '0 errors and 0 warnings\n' })
  rmSync(join(folder, 'gitops/clusters'), { recursive: true })
  for (const base of ['HEAD', 'before', 'other/gitops']) {
    const { code, printed } = await check(['gitops', '--base', base, '--json'], { PATH: process.env.PATH ?? '' })
    expect(code).toBe(2)
    const { findings, applications } = JSON.parse(printed)
    expect(applications.removed).toEqual(
      ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'].map(name => `coolkit.${name}`),
    )
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'applications-removed' }))
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'generator-finds-nothing' }))
  }
})

test('paths that begin at the folder find nothing in Argo CD, and that is said', async () => {
  await git('init', '--quiet')
  const { code, printed } = await check(['gitops'])
  expect(code).toBe(2)
  expect(printed).toMatch(
    /apps.yaml:13:13: error: apps finds nothing here.*begin at the root of the Git repository, in which this one is gitops\/, or remove it \[generator-finds-nothing\]/,
  )
})

test('a base that does not have the folder is no base without Applications', async () => {
  await committed()
  await git('mv', 'gitops', 'moved')
  write('moved', cleanRepository('moved'))
  mkdirSync(join(folder, 'empty'))
  const path = { PATH: process.env.PATH ?? '' }
  expect(await check(['moved', '--base', 'HEAD'], path)).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--base": moved\/ is not there at this revision.*found "HEAD"/),
  })
  expect(await check(['moved', '--base', 'empty'], path)).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--base": it has neither clusters\/ nor apps\/ there.*found "empty"/),
  })
})

test.each([
  [[], /"DIR": not a GitOps repository/],
  [['nowhere'], /"DIR": not a GitOps repository.*found "nowhere"/],
  [['gitops', '--format', 'xml'], /"--format": there is no such format/],
])('stovepipe check %j is refused', async (args, message) => {
  expect(await check(args)).toMatchObject({ code: 2, logged: expect.stringMatching(message) })
})
