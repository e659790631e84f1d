import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Io } from '../../../cli/command.ts'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
import { snippetsOf } from '../../../scripts/docs/snippets.ts'
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
    { code: 2, logged: /"--cluster": zone: not the value of a label/ },
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
  expect(made.printed).toMatch(
    /^\d+ files in gitops\. `stovepipe check gitops` checks them\.\nArgo CD is to read them from https:\/\/github\.com\/umbrella\/gitops\.git\.\n\n1\. Set OWNER in/,
  )
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

function answering(answers: string[]) {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    const answer = answers.shift()
    if (answer === undefined) throw new Error(`no answer to ${question}`)
    return answer
  }
  return { asked, ask }
}

test('on a terminal it asks for what the flags do not say, and for each again that is mistaken', async () => {
  const answers = [
    ...['Umbrella Corp', 'umbrella', 'example.com', '', 'Images', '', 'prometheus', 'https://prometheus.example'],
    ...['Lab 1', 'lab', '', '', '', 'lab.example', 'https://lab.example', '', 'https://prometheus.lab.example'],
    '',
    ...['lab', 'edge-1', 'boss', 'canary', 'zone a', 'a', 'https://e1.example', '10.1.0.10', '10.1.0.10:443', ''],
    '',
    ...['edge-2', 'primary', 'b', 'https://e2.example', '10.2.0.10:443', ''],
    '',
  ]
  const { asked, ask } = answering(answers)
  const made = await stovepipe(['init', 'gitops'], { ask })
  expect(made).toMatchObject({ code: 0 })
  expect(answers).toEqual([])
  const mistakes = [
    /"--organisation": has a form .*\(found "Umbrella Corp"\)/,
    /"--url": has a form .*\(found "example\.com"\)/,
    /"--registry": has a form .*\(found "Images"\)/,
    /"--prometheus": has a form .*\(found "prometheus"\)/,
    /not a name.*\(found "Lab 1"\)/,
    /its API server is missing/,
    /server: Invalid URL \(found "lab\.example"\)/,
    /no cluster has the role canary/,
    /two clusters have one name \(found "lab"\)/,
    /not a role, canary or primary \(found "boss"\)/,
    /zone: not the value of a label/,
    /ingress: not an address/,
    /no cluster has the role primary/,
  ]
  const told = made.logged.split('\n').filter(line => line.startsWith('input '))
  expect(told).toEqual(mistakes.map(mistake => expect.stringMatching(mistake)))
  expect([...new Set(asked)].slice(0, 4)).toEqual([
    'Organisation, as on GitHub: ',
    'URL of this repository [https://github.com/umbrella/gitops.git]: ',
    'Registry of images [ghcr.io/umbrella]: ',
    'URL of the Prometheus of all clusters that have none of their own; empty for none: ',
  ])
  expect(asked).toContain('  URL of its Prometheus [https://prometheus.example]: ')
  expect(read('clusters/lab.yaml')).toMatch(/environment: dev[\s\S]*prometheus: https:\/\/prometheus\.lab\.example/)
  expect(read('clusters/edge-2.yaml')).toMatch(/zone: b[\s\S]*prometheus: https:\/\/prometheus\.example/)
})

test('what cannot be used is said before anything is asked', async () => {
  writeFileSync(join(folder, 'file'), '')
  const { asked, ask } = answering([])
  const { code, logged } = await stovepipe(['init', '.'], { ask })
  expect({ code, logged, asked }).toEqual({ code: 2, logged: expect.stringMatching(/is not empty/), asked: [] })
})

test('what is left to do names what no gate passes without', async () => {
  const { printed } = await stovepipe(['init', 'gitops', ...flags.filter(flag => !flag.startsWith('--prometheus'))])
  expect(printed).toContain('Say which Prometheus scrapes lab, edge-1, edge-2: `prometheus:` in clusters/')
  expect(printed).toMatch(/promote\.yml.*`runner`.*`registry-username`/)
  const whole = await stovepipe(['init', 'whole', ...flags])
  expect(whole.printed).not.toContain('Say which Prometheus')
  expect(whole.printed).toContain('reaches https://prometheus.example')
})

test.each([
  { origin: 'https://git.umbrella.example/fleet.git', url: 'https://git.umbrella.example/fleet.git' },
  { origin: 'git@github.com:umbrella/fleet.git', url: 'git@github.com:umbrella/fleet.git' },
  { origin: 'https://ada:secret@github.com/umbrella/fleet.git', url: 'https://github.com/umbrella/fleet.git' },
  { origin: '/srv/fleet.git', url: 'https://github.com/umbrella/gitops.git' },
])('an empty clone of $origin is filled, for Argo CD to read from $url', async ({ origin, url }) => {
  await runCommand('git', ['init', '--quiet', '--initial-branch=main', join(folder, 'gitops')])
  await git('remote', 'add', 'origin', origin)
  const made = await stovepipe(['init', 'gitops', ...flags, '--commit'])
  expect(made).toMatchObject({ code: 0, printed: expect.stringContaining('git push -u origin HEAD:main') })
  expect(made.printed).not.toMatch(/remote add|secret/)
  expect(await git('rev-list', '--count', 'HEAD')).toBe('1')
  expect(read('applicationsets/apps.yaml')).toContain(`repoURL: ${url}\n`)
})

test('the example of the README makes a repository that is clean, and lacks no Prometheus', async () => {
  const readme = snippetsOf(readFileSync(new URL('../../../README.md', import.meta.url), 'utf8'))
  const example = readme.find(({ text }) => text.startsWith('stovepipe init '))?.text ?? ''
  const [init = '', check = ''] = example.replaceAll('\\\n', '').trim().split('\n')
  const made = await stovepipe(init.split(/\s+/).slice(1))
  expect(made).toMatchObject({ code: 0, logged: '', printed: expect.not.stringContaining('Say which Prometheus') })
  expect(await stovepipe([...check.split(/\s+/).slice(1), '--strict'])).toMatchObject({ code: 0, printed: '' })
})

test('where it will be is said, and in the help how it is found', async () => {
  const { printed } = await stovepipe(['init', '--help'])
  expect(printed).toContain("by default the clone's origin, or https://github.com/ORGANISATION/DIR.git")
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
    what: 'a URL that holds a secret',
    args: ['init', 'gitops', ...flags, '--url=https://ada:secret@github.com/umbrella/gitops.git'],
    said: /"--url": the URL holds credentials\. /,
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
