import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../cli/commands.ts'
import { run } from '../../cli/run.ts'
import { readDocument } from '../../configuration/index.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../support/git/index.ts'
import { terminal } from './terminal.ts'

const image = 'ghcr.io/acme/coolkit'
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const document = (kind: string, name: string, spec: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`
const clusters = ['canary-1', 'prod-1']

let folder: string
let server: GitServer
let gitops: BareRepository

/** A fleet of a canary and a primary, both on the release `new`, which came after `old`. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steer-'))
  server = await startGitServer(folder)
  gitops = await createRepository(join(folder, 'gitops.git'), {
    'clusters/canary-1.yaml': document('Cluster', 'canary-1', '{ role: canary, state: active }'),
    'clusters/prod-1.yaml': document('Cluster', 'prod-1', '{ role: primary, state: active }'),
    'apps/coolkit/pipeline.yaml': document(
      'Pipeline',
      'coolkit',
      `{ image: ${image}, waves: [{ name: canary, clusters: { role: canary } }, { name: primaries, clusters: { role: primary } }] }`,
    ),
    'apps/coolkit/base/settings.yaml': 'slow: false\n',
    ...Object.fromEntries(
      clusters.flatMap(cluster => [
        [`apps/coolkit/clusters/${cluster}/base/settings.yaml`, 'slow: false\n'],
        [pinFile(cluster), `images: [{ name: ${image}, newTag: new, digest: '${digest('b')}' }] # ours\n`],
      ]),
    ),
  })
  await gitops.commit({ 'apps/coolkit/release.yaml': await record() })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const pinFile = (cluster: string) => `apps/coolkit/clusters/${cluster}/kustomization.yaml`

async function record(): Promise<string> {
  const base = (await gitops.git('rev-parse', 'HEAD:apps/coolkit/base')).trim()
  const at = '2026-05-01T10:00:00.000Z'
  const accepted = `[{ release: new, how: passed, at: ${at} }, { release: old, how: adopted, at: ${at} }]`
  const pin = `{ to: new, from: old, at: ${at}, parent: ${base} }`
  const release = (tag: string, digit: string) =>
    `{ repository: ${image}, tag: ${tag}, digest: '${digest(digit)}', base: ${base}, source: ${digit.repeat(40)} }`
  return document(
    'Release',
    'coolkit',
    `
  current: { release: new, admittedAt: ${at}, run: r, phase: promoted }
  admitted: [new, old]
  clusters: { ${clusters.map(cluster => `${cluster}: { pin: ${pin}, accepted: ${accepted} }`).join(', ')} }
  releases: { new: ${release('new', 'b')}, old: ${release('old', 'a')} }`,
  )
}

async function stovepipe(...args: string[]) {
  const io = terminal({ env: { PATH: process.env.PATH, USER: 'ada' }, cwd: folder })
  const code = await run([...args, '--repository', `${server.url}/gitops.git`], commands, io)
  return { code, printed: io.printed(), logged: io.logged() }
}

const decided = ['--app', 'coolkit', '--reason', 'errors at the till']

async function recorded() {
  const { value } = readDocument((await gitops.read('apps/coolkit/release.yaml')) ?? '', 'release.yaml')
  return value
}

test('a pin that somebody edited stays, and the rollback says where; with nothing else to go, it is no success', async () => {
  const edited = `images: [{ name: ${image}, newTag: mine, digest: '${digest('c')}' }]\n`
  await gitops.commit({ [pinFile('prod-1')]: edited })
  const { code, printed } = await stovepipe('rollback', ...decided, '--json')
  expect({ code, ...JSON.parse(printed) }).toMatchObject({
    code: 0,
    edited: ['prod-1'],
    reason: expect.stringMatching(/^roll back new .* on canary-1; edited by hand, and left as it is: prod-1$/),
  })
  expect(await gitops.read(pinFile('prod-1'))).toBe(edited)
  await gitops.commit({ 'apps/coolkit/release.yaml': (await record()).replace(/ {2}current: .*\n/, '') })
  expect(await stovepipe('rollback', ...decided)).toMatchObject({
    code: 4,
    printed: expect.stringMatching(
      /^coolkit: nothing was ever promoted; edited by hand.*prod-1\. Put the pin back, or/,
    ),
  })
})

test('a person’s rollback restores every cluster, suspends, and refuses the release, in one commit', async () => {
  const before = await gitops.head()
  const { code, printed } = await stovepipe('rollback', ...decided, '--quarantine')
  expect({ code, printed }).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^coolkit: roll back new .*, commit /),
  })
  expect((await gitops.git('rev-list', '--count', `${before}..HEAD`)).trim()).toBe('1')
  for (const cluster of clusters) {
    expect(await gitops.read(pinFile(cluster))).toBe(
      `images: [{ name: ${image}, newTag: old, digest: '${digest('a')}' }] # ours\n`,
    )
  }
  expect(await recorded()).toMatchObject({
    spec: {
      suspended: { by: expect.any(String), reason: 'errors at the till' },
      current: { release: expect.stringContaining('new'), phase: 'rolling-back' },
    },
  })
  const again = await stovepipe('rollback', ...decided)
  expect(again).toMatchObject({ code: 0, printed: expect.stringMatching(/rolled back already/) })
})

test('what was put in quarantine is listed, and a person can release it', async () => {
  expect(await stovepipe('quarantine', 'list')).toMatchObject({ code: 0, printed: 'Nothing is in quarantine.\n' })
  await stovepipe('rollback', ...decided, '--quarantine')
  const listed = await stovepipe('quarantine', 'list', '--json')
  expect(JSON.parse(listed.printed)).toMatchObject([
    { app: 'coolkit', tag: 'new', digest: digest('b'), source: 'b'.repeat(40), reason: 'errors at the till' },
  ])
  expect(await stovepipe('quarantine', 'release', 'other', ...decided)).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/"other" is not in quarantine; there is new/),
  })
  expect(await stovepipe('quarantine', 'release', 'new', ...decided)).toMatchObject({ code: 0 })
  expect(await stovepipe('quarantine', 'list')).toMatchObject({ printed: 'Nothing is in quarantine.\n' })
})

test('resume ends a suspension, and never brings back what was rolled back', async () => {
  await stovepipe('rollback', ...decided)
  expect(await stovepipe('resume', ...decided)).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/resume, commit/),
  })
  const after = await recorded()
  expect(after).toMatchObject({ spec: { current: { phase: 'rolling-back' } } })
  expect(after).not.toHaveProperty('spec.suspended')
  expect(await stovepipe('resume', ...decided)).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/neither suspended nor held/),
  })
})

test.each([
  [['rollback', '--app', 'coolkit'], /"--reason": missing/],
  [['rollback', '--reason', 'x'], /"--app": missing/],
  [['resume', '--app', 'nope', '--reason', 'x'], /there is no such app \(found "nope"\)/],
  [['quarantine', 'release', ...decided], /missing argument/],
])('stovepipe %j is refused, and nothing is written', async (args, message) => {
  const before = await gitops.head()
  expect(await stovepipe(...args)).toMatchObject({ code: 2, logged: expect.stringMatching(message) })
  expect(await gitops.head()).toBe(before)
})

test('a colleague who commits at the same moment keeps their commit', async () => {
  let once = true
  server.hooks.before = async request => {
    if (request !== 'push' || !once) return
    once = false
    await gitops.commit({ 'apps/coolkit/NOTE': 'theirs\n' })
  }
  expect(await stovepipe('rollback', ...decided)).toMatchObject({ code: 0 })
  expect(await gitops.read('apps/coolkit/NOTE')).toBe('theirs\n')
  expect(await gitops.read(pinFile('prod-1'))).toContain('newTag: old')
})

/** The release `new` has passed the canary, and a person must approve it before it goes to the primary. */
async function untilApproved() {
  const text = (await gitops.read('apps/coolkit/pipeline.yaml')) ?? ''
  const gate = 'gate: { approval: { environment: production } }'
  const at = '2026-05-01T10:00:00.000Z'
  const onOld = (text: string) =>
    text
      .replace('phase: promoted', 'phase: promoting')
      .replace(/prod-1: .*/, `prod-1: { accepted: [{ release: old, how: adopted, at: ${at} }] } }`)
  await gitops.commit({
    'apps/coolkit/pipeline.yaml': text.replace('role: canary } }', `role: canary }, ${gate} }`),
    'apps/coolkit/release.yaml': onOld(await record()),
    [pinFile('prod-1')]: `images: [{ name: ${image}, newTag: old, digest: '${digest('a')}' }]\n`,
  })
}

test('status says what waits for whom, and promote --approve records it in the name of the person', async () => {
  await untilApproved()
  const { printed } = await stovepipe('status')
  const [, name = ''] =
    /(new\.[0-9a-f]{7}\.[0-9a-f]{12}) waits for an approval of canary, environment production/.exec(printed) ?? []
  const { printed: json } = await stovepipe('status', '--json')
  expect(JSON.parse(json)).toMatchObject({
    apps: [{ approval: { wave: 'canary', environment: 'production', release: name } }],
  })
  const approve = ['promote', '--app', 'coolkit', '--approve', 'canary', '--until', 'canary']
  expect(await stovepipe(...approve, '--approve-release', 'old')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^coolkit superseded: the approval is for old, and new .* is under way/),
  })
  expect(await recorded()).not.toHaveProperty('spec.current.approvals')
  expect(await stovepipe(...approve, '--approve-release', name)).toMatchObject({ code: 5 })
  expect(await recorded()).toMatchObject({
    spec: { current: { approvals: [{ wave: 'canary', environment: 'production', by: expect.stringMatching(/./) }] } },
  })
  expect((await stovepipe('status')).printed).not.toContain('waits for an approval')
})

test('an approval of a gate that asks for none is refused, with those that do', async () => {
  await untilApproved()
  expect(await stovepipe('promote', '--app', 'coolkit', '--approve', 'primaries')).toMatchObject({
    code: 2,
    logged: expect.stringMatching(
      /"approve": the gate of no such wave .* \(found "primaries"\)\. Those that do: canary/,
    ),
  })
})

test('a rollback to a named release on a chosen cluster leaves the others, and says what can be named', async () => {
  const asked = ['rollback', ...decided, '--clusters', 'prod-*']
  expect(await stovepipe(...asked, '--to', 'older')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^coolkit: older was not accepted before on prod-1\. .* on prod-1 old\.[0-9a-f]{7}/),
  })
  expect(await stovepipe(...asked, '--to', digest('a'))).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^coolkit: roll back new .* on prod-1 to old\.\w{7}, commit [0-9a-f]{40}\./),
  })
  expect(await gitops.read(pinFile('prod-1'))).toContain('newTag: old')
  expect(await gitops.read(pinFile('canary-1'))).toContain('newTag: new')
  expect(await recorded()).toMatchObject({
    spec: {
      current: { rollback: { clusters: ['prod-1'], kept: ['canary-1'] } },
      suspended: { by: expect.any(String) },
    },
  })
  expect(await stovepipe(...asked)).toMatchObject({ code: 4, printed: expect.stringContaining('was not accepted') })
  expect(await stovepipe('rollback', ...decided, '--clusters', 'nope')).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"clusters": no cluster matches \(found "nope"\)/),
  })
})
