import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { runCommand } from '../../../host/index.ts'
import { type GitServer, startGitServer } from '../../support/git/index.ts'
import { terminal } from '../terminal.ts'

let folder: string
let server: GitServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afternoon-'))
  await writeFile(join(folder, '.gitconfig'), '[user]\nname = Ada\nemail = ada@example.com\n')
  server = await startGitServer(folder)
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const environment = () => ({ PATH: process.env.PATH, HOME: folder })

async function stovepipe(...args: string[]) {
  const io = terminal({ cwd: folder, env: environment() })
  return { code: await run(args, commands, io), printed: io.printed(), logged: io.logged() }
}

async function git(...args: string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', args, { cwd: folder, env: environment() })
  if (code !== 0) throw new Error(stderr)
}

test('a repository that init made is pushed, gets an app and a cluster over HTTP, and stays clean', async () => {
  const cluster = (name: string, role: string) =>
    `${name},role=${role},zone=z,server=https://${name}.example,ingress=${name}.example:443`
  const clusters = ['lab,server=https://lab.example', cluster('edge-1', 'canary'), cluster('edge-2', 'primary')]
  const prometheus = ['--prometheus', 'https://prometheus.example']
  const flags = [
    '--organisation',
    'umbrella',
    ...prometheus,
    '--commit',
    ...clusters.flatMap(each => ['--cluster', each]),
  ]
  expect(await stovepipe('init', 'work', ...flags)).toMatchObject({ code: 0, logged: '' })
  await git('clone', '--quiet', '--bare', 'work', 'gitops.git')
  await git('-C', 'gitops.git', 'config', 'http.receivepack', 'true')
  const repository = ['--repository', `${server.url}/gitops.git`]
  const steps = [
    ['app', 'add', 'shop', '--image', 'ghcr.io/umbrella/shop', '--kind', 'rollout'],
    [
      'cluster',
      'add',
      'edge-3',
      '--role',
      'primary',
      '--zone',
      'c',
      '--server',
      'https://edge-3.example',
      '--ingress',
      'edge-3.example:443',
      ...prometheus,
    ],
    ['cluster', 'activate', 'edge-3'],
    ['cluster', 'drain', 'edge-2'],
    ['cluster', 'deactivate', 'edge-2'],
  ]
  for (const step of steps) expect(await stovepipe(...step, ...repository)).toMatchObject({ code: 0 })
  await git('-C', 'work', 'pull', '--quiet', '--ff-only', join(folder, 'gitops.git'), 'main')
  const checked = await stovepipe('check', 'work', '--strict', '--base', `HEAD~${steps.length}`, '--json')
  expect(JSON.parse(checked.printed)).toMatchObject({ findings: [], applications: { removed: [] } })
  const { printed } = await stovepipe('status', ...repository)
  expect(printed).toMatch(/edge-1 +canary +active +5%\nedge-2 +primary +inactive +-\nedge-3 +primary +active +95%/)
  expect(printed).toMatch(/shop\n/)
}, 120_000)
