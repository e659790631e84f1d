import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { app, name, startWorld, usual, type World } from '../../steps/preview/world.ts'
import { listen } from '../../support/prometheus/listen.ts'
import { runStep, type StepRun } from '../../support/runner.ts'

let world: World
beforeEach(async () => {
  world = await startWorld(Date.now())
})
afterEach(() => world.close())

const defaults = {
  app,
  repository: name,
  label: 'preview',
  limit: '10',
  built: 'success',
  'comment-author': 'github-actions[bot]',
}
const sources = new URL('../../../actions/preview/main.ts', import.meta.url)

/** The action itself, as the runner starts it. */
function start(inputs: Record<string, string>, permissions = usual): Promise<StepRun> {
  const token = world.server.token({ repositories: [name], permissions })
  const env = {
    GITHUB_API_URL: world.server.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: name,
    GITHUB_RUN_ID: '7',
  }
  return runStep(sources, { ...defaults, token, ...inputs }, env)
}

test('from the label to the end: what one step gives the next takes', async () => {
  const pull = await world.open({ title: '::error::forged', body: '##[error]forged', author: 'mallory' })
  const url = 'https://pr-{number}.{app}.preview.example.com'
  const begun = await start({ mode: 'begin', number: '1', url })
  expect(begun).toMatchObject({
    code: 0,
    outputs: { result: 'building', build: 'push', head: pull.head.sha, name: 'preview-coolkit-pr-1', numbers: '[]' },
    summary: expect.stringContaining('is being built'),
  })
  const { head = '', started = '' } = begun.outputs
  const image = `ghcr.io/acme/coolkit:sha-${head.slice(0, 12)}@sha256:${'a'.repeat(64)}`
  const handed = await start({ mode: 'ready', number: '1', url, head, started, image })
  expect(handed).toMatchObject({
    code: 0,
    outputs: { result: 'ready', url: 'https://pr-1.coolkit.preview.example.com' },
    summary: expect.stringMatching(/\| Took \| \d+m?s to build and push \|/),
  })
  expect(world.comments(pull)).toEqual([expect.stringContaining(handed.summary.trim())])
  pull.state = 'closed'
  expect(await start({ mode: 'close', number: '1' })).toMatchObject({
    code: 0,
    outputs: { result: 'closed', build: 'no' },
  })
  expect(await start({ mode: 'expire', number: '' })).toMatchObject({ code: 0, outputs: { result: 'nothing-to-do' } })
  for (const { log } of [begun, handed]) {
    expect(log).not.toMatch(/forged|mallory/)
    expect(log.split('\n').filter(line => /^::(?!add-mask|debug)/.test(line))).toEqual([])
  }
})

test('what Argo CD says becomes no command of the runner, and its token is masked', async () => {
  const pull = await world.open({ labels: ['preview'] })
  const { url, close } = await listen(
    createServer((_, response) => {
      const message = 'x\n::error::forged\n##[error]forged'
      const comparedTo = {
        source: { kustomize: { images: [`ghcr.io/acme/coolkit:sha-${pull.head.sha.slice(0, 12)}`] } },
      }
      const status = { sync: { status: 'Synced', comparedTo }, health: { status: 'Degraded', message } }
      response.end(JSON.stringify({ items: [{ metadata: { name: 'x' }, status }] }))
    }),
  )
  try {
    const head = pull.head.sha
    const image = `ghcr.io/acme/coolkit:sha-${head.slice(0, 12)}@sha256:${'a'.repeat(64)}`
    const observer = { observer: 'argocd', 'argocd-url': url, 'argocd-token': 'secret-of-argocd', wait: '0s' }
    const { code, log, summary } = await start({ mode: 'ready', number: '1', head, image, ...observer })
    expect(code).toBe(0)
    expect(log).toContain('::add-mask::secret-of-argocd')
    expect(log.split('\n').filter(line => /^\s*::(?!add-mask|debug)|##\[/.test(line))).toEqual([])
    expect(summary).toContain('| degraded: `Synced, Degraded: x ::error::forged ##[error]forged` |')
  } finally {
    await close()
  }
})

test('a fork: nothing is written, and the summary says what to do', async () => {
  await world.open({ head: { ref: 'main', sha: 'b'.repeat(40), repository: 'mallory/coolkit' } })
  const step = await start({ mode: 'begin', number: '1' }, { pull_requests: 'read' })
  expect(step).toMatchObject({ code: 0, outputs: { result: 'fork', build: 'check', head: 'b'.repeat(40) } })
  expect(step.summary).toContain('a member pushes the reviewed commits to a branch of this repository')
  expect(world.server.requests.map(({ method }) => method)).toEqual(['GET'])
})

test('a permission that is missing fails the step, and is named in its message', async () => {
  const pull = await world.open({ labels: ['preview', 'preview-ready'] })
  const { code, log } = await start({ mode: 'begin', number: String(pull.number) }, { pull_requests: 'read' })
  expect(code).toBe(1)
  expect(log).toMatch(/::error::DELETE .*pull-requests: write/)
})

test.each([
  [
    { mode: 'begin', number: '' },
    /input "number": not a number from 1 to 9999999 \(found ""\)\. Run it on `pull_request`/,
  ],
  [{ mode: '', number: '1' }, /input "mode": there is no such mode/],
])('%j is the user’s mistake, in one line', async (inputs, message) => {
  const { code, log } = await start(inputs)
  expect(code).toBe(1)
  expect(log).toMatch(message)
  expect(log).not.toContain('    at ')
})
