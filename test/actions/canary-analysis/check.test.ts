import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type GitHubServer, startGitHub } from '../../support/github/index.ts'
import { type Reply, startScripted } from '../../support/prometheus/scripted.ts'

const main = fileURLToPath(new URL('../../../actions/canary-analysis/main.ts', import.meta.url))
const sha = 'ab'.repeat(20)

let folder: string
let github: GitHubServer
let token: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canary-analysis-'))
  github = await startGitHub()
  github.repository('acme/app')
  token = github.token({ repositories: ['acme/app'], permissions: { checks: 'write' } })
})
afterEach(async () => {
  await github.close()
  await rm(folder, { recursive: true, force: true })
})

const checks = () => github.state.repositories.get('acme/app')?.checks ?? []

/** Starts the action as the runner does, on a template whose metric stands in its line 6. */
async function start(reply: Reply, inputs: Record<string, string>, cancelWhen = () => false) {
  const server = await startScripted({ q: [reply] })
  const template = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t }
spec:
  metrics:
    - { name: "m<b>", interval: 100ms, count: ${cancelWhen === start.never ? 1 : 1000}, successCondition: "result[0] == 1",
        provider: { prometheus: { address: "${server.url}", query: q } } }
`
  await writeFile(join(folder, 'template.yaml'), template)
  const all = { templates: 'template.yaml', check: 'true', token, ...inputs }
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      GITHUB_WORKSPACE: folder,
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_RUN_ID: '7',
      GITHUB_SHA: sha,
      ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      log += chunk
    })
  }
  const watching = setInterval(() => {
    if (!cancelWhen()) return
    clearInterval(watching)
    child.kill('SIGINT')
  }, 20)
  const code = await new Promise(resolve => child.once('close', resolve))
  clearInterval(watching)
  await server.close()
  return { code, log }
}
start.never = () => false

test('a verdict is a check run on the commit, with an annotation on the line of the metric; a rerun goes on with it', async () => {
  expect((await start({ v: [0] }, {}, start.never)).code).toBe(1)
  const [failed] = checks()
  expect(checks()).toMatchObject([
    {
      name: 'canary-analysis',
      sha,
      status: 'completed',
      conclusion: 'failure',
      detailsUrl: 'https://github.example/acme/app/actions/runs/7',
      annotations: [{ path: 'template.yaml', start_line: 6, annotation_level: 'failure' }],
    },
  ])
  expect(failed?.summary).toContain('Metric "m&lt;b&gt;" failed')
  const second = await start({ v: [1] }, {}, start.never)
  expect(second.code).toBe(0)
  expect(second.log).toContain(`::add-mask::${token}`)
  expect(checks()).toMatchObject([{ id: failed?.id, conclusion: 'success', title: 'Judged good' }])
})

test.each<[string, Record<string, string>, Reply, object]>([
  ['a name', { check: 'canary of prod' }, { v: [1] }, { name: 'canary of prod', conclusion: 'success' }],
  ['a dry run', { 'dry-run': 'true' }, { v: [0] }, { conclusion: 'neutral', title: 'Judged bad (dry run)' }],
  ['templates that cannot be played', { args: 'nope=1' }, { v: [1] }, {}],
])('%s', async (_, inputs, reply, expected) => {
  await start(reply, inputs, start.never)
  const [check, ...more] = checks()
  expect(more).toEqual([])
  if (Object.keys(expected).length > 0) expect(check).toMatchObject(expected)
  expect(check?.status).not.toBe('in_progress')
})

test('cancelled, it is cancelled', async () => {
  const { code } = await start({ v: [1] }, {}, () => checks()[0]?.status === 'in_progress')
  expect(code).toBe(1)
  expect(checks()).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }])
})

test('without the permission the verdict counts all the same, with one warning that names it', async () => {
  token = github.token({ repositories: ['acme/app'], permissions: { contents: 'read' } })
  const { code, log } = await start({ v: [1] }, {}, start.never)
  expect(code).toBe(0)
  const warnings = log.split('\n').filter(line => line.startsWith('::warning'))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('"checks: write"')
})

test('a GitHub that does not answer holds up nothing for long', async () => {
  github.faults.add({ times: 100, delay: 60_000 })
  const begun = performance.now()
  const { code, log } = await start({ v: [1] }, {}, start.never)
  expect(code).toBe(0)
  expect(performance.now() - begun).toBeLessThan(15_000)
  expect(log).toContain('GitHub did not take the check run "canary-analysis" in time')
})

test('no check is made unless it is asked for', async () => {
  await start({ v: [1] }, { check: 'false' }, start.never)
  expect(github.requests).toEqual([])
})
