import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import type { Listening } from '../../support/prometheus/listen.ts'
import { runStep } from '../../support/runner.ts'
import { startPrometheus } from '../promote/prometheus.ts'

const main = new URL('../../../actions/rollback/main.ts', import.meta.url)
const token = 'ghs_secretsecretsecret'
const image = 'ghcr.io/acme/coolkit'
const clusters = ['canary-1', 'prod-1']
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const pinFile = (cluster: string) => `apps/coolkit/clusters/${cluster}/kustomization.yaml`
const document = (kind: string, name: string, spec: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`

let folder: string
let server: GitServer
let gitops: BareRepository
let prometheus: Listening
/** What the targets of a cluster report, if not what is pinned there. */
let reported: (cluster: string) => string | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollback-action-'))
  server = await startGitServer(folder, { token })
  reported = () => undefined
  prometheus = await startPrometheus({ pinned: async cluster => reported(cluster) ?? digestOn(cluster), errors: 0 })
  gitops = await fleet()
})
afterEach(async () => {
  await Promise.all([server.close(), prometheus.close()])
  await rm(folder, { recursive: true, force: true })
})

const digestOn = async (cluster: string) => /sha256:\w+/.exec((await gitops.read(pinFile(cluster))) ?? '')?.[0] ?? ''

/** A canary and a primary, both on the release `new`, which came after `old`. */
async function fleet(): Promise<BareRepository> {
  const cluster = (name: string, role: string) => ({
    [`clusters/${name}.yaml`]: document(
      'Cluster',
      name,
      `{ role: ${role}, state: active, prometheus: '${prometheus.url}' }`,
    ),
  })
  const gate = 'gate: { healthy: { timeout: 15s } }'
  const repository = await createRepository(join(folder, 'gitops.git'), {
    ...cluster('canary-1', 'canary'),
    ...cluster('prod-1', 'primary'),
    'apps/coolkit/pipeline.yaml': document(
      'Pipeline',
      'coolkit',
      `{ image: ${image}, waves: [{ name: canary, clusters: { role: canary }, ${gate} }, { name: primaries, clusters: { role: primary }, ${gate} }] }`,
    ),
    'apps/coolkit/base/settings.yaml': 'slow: false\n',
    ...Object.fromEntries(
      clusters.flatMap(name => [
        [`apps/coolkit/clusters/${name}/base/settings.yaml`, 'slow: false\n'],
        [pinFile(name), `images: [{ name: ${image}, newTag: new, digest: '${digest('b')}' }]\n`],
      ]),
    ),
  })
  const base = (await repository.git('rev-parse', 'HEAD:apps/coolkit/base')).trim()
  const at = '2026-05-01T10:00:00.000Z'
  const entry = `{ pin: { to: new, from: old, at: ${at}, parent: ${base} }, accepted: [{ release: new, how: passed, at: ${at} }, { release: old, how: adopted, at: ${at} }] }`
  const release = (tag: string, digit: string) =>
    `{ repository: ${image}, tag: ${tag}, digest: '${digest(digit)}', base: ${base} }`
  const spec = `
  current: { release: new, admittedAt: ${at}, run: r, phase: promoted }
  admitted: [new, old]
  clusters: { ${clusters.map(name => `${name}: ${entry}`).join(', ')} }
  releases: { new: ${release('new', 'b')}, old: ${release('old', 'a')} }`
  await repository.commit({ 'apps/coolkit/release.yaml': document('Release', 'coolkit', spec) })
  return repository
}

const start = (given: Readonly<Record<string, string>> = {}) =>
  runStep(main, {
    app: 'coolkit',
    reason: 'errors at the till',
    by: 'grace',
    repository: `${server.url}/gitops.git`,
    token,
    ...given,
  })

test('everywhere: one commit that suspends the app, and the outputs say which; the token is masked first', async () => {
  const before = await gitops.head()
  const { code, log, outputs, summary } = await start()
  expect({ code, result: outputs.result, commit: outputs.commit }).toEqual({
    code: 0,
    result: 'written',
    commit: await gitops.head(),
  })
  expect((await gitops.git('rev-list', '--count', `${before}..HEAD`)).trim()).toBe('1')
  expect(log.startsWith(`::add-mask::${token}\n`)).toBe(true)
  expect(summary).toMatch(/^### coolkit: written\n\nroll back new .* on canary-1, prod-1/)
  expect(await gitops.read('apps/coolkit/release.yaml')).toMatch(/suspended:\n\s+at: .*\n\s+by: grace\n/)
  expect(JSON.parse(outputs.json ?? '')).toMatchObject({ result: 'written', app: 'coolkit' })
  expect(await start()).toMatchObject({ code: 0, outputs: { result: 'nothing-to-do', commit: '' } })
})

test('a cluster whose pin somebody edited is named in the log, the summary and the outputs', async () => {
  await gitops.commit({ [pinFile('prod-1')]: `images: [{ name: ${image}, newTag: mine, digest: '${digest('c')}' }]\n` })
  const { code, log, outputs, summary } = await start()
  expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'written' })
  expect(log).toMatch(/^::warning::prod-1 is left as it is: somebody edited its pin$/m)
  expect(summary).toContain('Left as they are, because somebody edited their pins: prod-1.')
  expect(JSON.parse(outputs.json ?? '')).toMatchObject({ edited: ['prod-1'] })
  expect(await gitops.read(pinFile('prod-1'))).toContain('newTag: mine')
})

test('on a chosen cluster to a named release, watched until it is healthy there; the other keeps its own', async () => {
  const { code, outputs } = await start({ clusters: 'prod-1', to: digest('a'), watch: 'true' })
  expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'rolled-back' })
  expect(await gitops.read(pinFile('prod-1'))).toContain('newTag: old')
  expect(await gitops.read(pinFile('canary-1'))).toContain('newTag: new')
  const record = (await gitops.read('apps/coolkit/release.yaml')) ?? ''
  expect(record).toContain('phase: rolled-back')
  expect(record).toMatch(/kept:\n\s+- canary-1\n/)
  expect(JSON.parse(outputs.commits ?? '')).toHaveLength(2)
  expect(outputs.commit).toBe(JSON.parse(outputs.commits ?? '')[0])
}, 60_000)

test('what came back and does not become healthy fails the step, and the record says so', async () => {
  reported = cluster => (cluster === 'prod-1' ? digest('b') : undefined)
  const { code, outputs, log } = await start({ clusters: 'prod-1', watch: 'true' })
  expect({ code, result: outputs.result }).toEqual({ code: 1, result: 'rollback-failed' })
  expect(log).toMatch(/::error::rollback-failed: .*; rolled back, and prod-1 is not healthy: app\/prod-1 reports/)
  expect(await gitops.read('apps/coolkit/release.yaml')).toContain('phase: rollback-failed')
}, 90_000)

test('a step that was cut short goes on watching when it is run again, and writes nothing twice', async () => {
  await start()
  const before = await gitops.head()
  const { code, outputs } = await start({ watch: 'true' })
  expect({ code, result: outputs.result, commit: outputs.commit }).toEqual({
    code: 0,
    result: 'rolled-back',
    commit: '',
  })
  expect((await gitops.git('rev-list', '--count', `${before}..HEAD`)).trim()).toBe('1')
}, 60_000)

test.each<[string, Record<string, string>, RegExp]>([
  [
    'a release that was never there',
    { to: 'sha-0' },
    /::error::refused: sha-0 was not accepted before on canary-1, prod-1/,
  ],
  ['what can be named', { to: 'sha-0' }, /What can go back: on canary-1 old\.\w{7}; on prod-1 old\.\w{7}/],
  ['an app that is not there', { app: 'nope' }, /input "app": there is no such app/],
  ['no reason', { reason: '' }, /input "reason": missing\. Say why/],
  ['a cluster that is not there', { clusters: 'x; rm -rf /' }, /input "clusters": no cluster matches/],
  [
    'to refuse what stays elsewhere',
    { clusters: 'prod-1', quarantine: 'true' },
    /input "quarantine": a release that stays/,
  ],
  ['a wish that is none', { watch: 'perhaps' }, /input "watch": neither true nor false/],
  ['an observer that is none', { watch: 'true', observer: 'flux' }, /input "observer": there is no such observer/],
  [
    'a release that is a command',
    { to: 'x\n::error::forged' },
    /^::error::refused: x%0A::error::forged was not accepted/m,
  ],
])('refuses %s, and writes nothing', async (_, given, message) => {
  const before = await gitops.head()
  const { code, log } = await start(given)
  expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(message) })
  expect(log.match(/^::error/gm)).toHaveLength(1)
  expect(await gitops.head()).toBe(before)
})
