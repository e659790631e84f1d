import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Io } from '../../../cli/command.ts'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
import { terminal } from '../terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
  writeFileSync(join(folder, '.gitconfig'), '[user]\nname = Ada\nemail = ada@example.com\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function stovepipe(args: readonly string[], io: Partial<Io> = {}) {
  const world = terminal({ cwd: folder, env: { PATH: process.env.PATH, HOME: folder, GIT_DIR: '/nowhere' }, ...io })
  return { code: await run(args, commands, world), printed: world.printed(), logged: world.logged() }
}
const flags = [
  '--organisation=umbrella',
  '--prometheus=https://prometheus.example',
  '--cluster=lab,server=https://lab.example',
  '--cluster=edge-1,role=canary,zone=a,server=https://e1.example,ingress=10.1.0.10:443',
  '--cluster=edge-2,role=primary,zone=b,server=https://e2.example,ingress=10.2.0.10:443',
]
const git = async (...args: string[]) =>
  (await runCommand('git', ['-C', join(folder, 'gitops'), ...args])).stdout.trim()
const read = (path: string) => readFileSync(join(folder, 'gitops', path), 'utf8')

test.each([
  ['an organisation that YAML takes for a number', ['--organisation=2024'], { code: 0, logged: '' }],
  ['a URL that is YAML', ['--url=https://git.example/a,b].git'], { code: 2, logged: /"--url": has a form/ }],
  [
    'a cluster that no wave selects',
    ['--cluster=edge-3,role=primary,environment=staging,server=https://e3.example'],
    { code: 0, logged: /staging|edge-3|^$/ },
  ],
  [
    'a label that Kubernetes does not take',
    ['--cluster=edge-4,role=primary,zone=EU west!,server=https://e4.example'],
    { code: 2, logged: /not the value of a label/ },
  ],
])('%s: what is made is clean, or nothing is', async (_, more, { code, logged }) => {
  const usual = flags.filter(flag => flag !== '--organisation=umbrella' || !more[0]?.startsWith('--organisation'))
  const made = await stovepipe(['init', 'gitops', ...usual, ...more])
  expect(made).toMatchObject({ code, logged: expect.stringMatching(logged) })
  expect(existsSync(join(folder, 'gitops/fleet.yaml'))).toBe(code === 0)
  expect(readdirSync(folder).filter(name => name.includes('unfinished'))).toEqual([])
  if (code === 0) expect(await stovepipe(['check', 'gitops'])).toMatchObject({ code: 0 })
})

test('what check would find wrong is not written, and can be asked for anew', async () => {
  const wrong = flags.map(flag => flag.replace('role=primary', 'role=primary,environment=staging'))
  const made = await stovepipe(['init', 'gitops', ...wrong])
  expect(made).toMatchObject({ code: 2, logged: expect.stringContaining('nothing was written') })
  expect(existsSync(join(folder, 'gitops'))).toBe(false)
  expect(await stovepipe(['init', 'gitops', ...flags])).toMatchObject({ code: 0 })
})

test('from flags: a repository on main, without a commit, that check finds clean; and what to do next', async () => {
  const made = await stovepipe(['init', 'gitops', ...flags])
  expect(made).toMatchObject({ code: 0, logged: '' })
  expect(made.printed).toMatch(/^\d+ files in gitops\. `stovepipe check gitops` checks them\.\n\n1\. Set OWNER in/)
  expect(made.printed).toContain('git remote add origin https://github.com/umbrella/gitops.git')
  expect(read('clusters/edge-1.yaml')).toContain('prometheus: https://prometheus.example')
  expect(await git('symbolic-ref', 'HEAD')).toBe('refs/heads/main')
  expect(await git('rev-list', '--all')).toBe('')
  expect(await stovepipe(['check', 'gitops', '--strict'])).toMatchObject({ code: 0, printed: '' })
})

test('with --commit the first commit holds every file, and status reads it', async () => {
  const made = await stovepipe(['init', 'gitops', ...flags, '--commit', '--json'])
  const { commit, files } = JSON.parse(made.printed)
  expect(commit).toBe(await git('rev-parse', 'HEAD'))
  expect((await git('ls-files')).split('\n').sort()).toEqual(files)
  expect(await git('status', '--porcelain')).toBe('')
  expect(await git('log', '-1', '--format=%an')).toBe('Ada')
  const status = await stovepipe(['status', '--repository', join(folder, 'gitops')])
  expect(status).toMatchObject({ code: 0, printed: expect.stringMatching(/edge-1 +canary +active +5%/) })
})

test('on a terminal it asks for what the flags do not say, and again after a mistake', async () => {
  const answers = [
    ...['umbrella', '', ''],
    ...['lab', '', '', 'https://lab.example', '', ''],
    ...['edge-1', 'boss', 'a', 'https://e1.example', '', ''],
    ...['edge-1', 'canary', 'a', 'https://e1.example', '10.1.0.10:443', ''],
    ...['edge-2', 'primary', 'b', 'https://e2.example', '10.2.0.10:443', ''],
    '',
  ]
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return answers.shift() ?? ''
  }
  const made = await stovepipe(['init', 'gitops'], { ask })
  expect(made).toMatchObject({
    code: 0,
    logged: expect.stringMatching(/not a role, canary or primary \(found "boss"\)/),
  })
  expect(asked.slice(0, 3)).toEqual([
    'Organisation, as on GitHub: ',
    'URL of this repository [https://github.com/umbrella/gitops.git]: ',
    'Registry of images [ghcr.io/umbrella]: ',
  ])
  expect(answers).toEqual([])
  expect(read('clusters/lab.yaml')).toContain('environment: dev')
  expect(read('clusters/edge-2.yaml')).toContain('zone: b')
})

test('a cloned, empty repository is filled', async () => {
  await runCommand('git', ['init', '--quiet', '--initial-branch=main', join(folder, 'gitops')])
  expect(await stovepipe(['init', 'gitops', ...flags, '--commit'])).toMatchObject({ code: 0 })
  expect(await git('rev-list', '--count', 'HEAD')).toBe('1')
})

test.each([
  { what: 'a folder that is not empty', args: ['init', '.', ...flags], said: /"DIR": the folder is not empty/ },
  { what: 'a file', args: ['init', '.gitconfig', ...flags], said: /"DIR": not a folder/ },
  { what: 'no organisation', args: ['init', 'gitops', ...flags.slice(1)], said: /"--organisation": missing/ },
  {
    what: 'an organisation that is none',
    args: ['init', 'gitops', '--organisation=a/b', ...flags.slice(1)],
    said: /"--organisation": has a form/,
  },
  {
    what: 'a URL that breaks out of YAML',
    args: ['init', 'gitops', ...flags, '--url=https://x/"y'],
    said: /"--url": has a form/,
  },
  {
    what: 'no primary',
    args: ['init', 'gitops', ...flags.slice(0, 4)],
    said: /"--cluster": no cluster has the role primary/,
  },
  { what: 'no folder', args: ['init'], said: /missing argument/ },
])('$what is refused, and nothing is written', async ({ args, said }) => {
  mkdirSync(join(folder, 'other'))
  expect(await stovepipe(args)).toMatchObject({ code: 2, logged: expect.stringMatching(said) })
  expect(existsSync(join(folder, 'gitops'))).toBe(false)
  expect(existsSync(join(folder, 'clusters'))).toBe(false)
})

test('a commit that Git refuses says why, and the files are there', async () => {
  writeFileSync(join(folder, '.gitconfig'), '[user]\nuseConfigOnly = true\n')
  const made = await stovepipe(['init', 'gitops', ...flags, '--commit'])
  expect(made).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/git commit failed, the files are written: .*[Aa]uthor identity unknown/),
  })
  expect(existsSync(join(folder, 'gitops/fleet.yaml'))).toBe(true)
})
