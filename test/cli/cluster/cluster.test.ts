import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commands } from '../../../cli/commands.ts'
import { run } from '../../../cli/run.ts'
import { haproxy } from '../../../gitops/traffic/index.ts'
import { type Balancer, startBalancer } from '../../steps/traffic/world.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { terminal } from '../terminal.ts'

const image = 'ghcr.io/acme/coolkit'
const digest = `sha256:${'b'.repeat(64)}`
const document = (kind: string, name: string, spec: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}, labels: { environment: prod } }\nspec: ${spec} # ours\n`
const pin = (cluster: string) => `# the folder of ${cluster}
namespace: coolkit
resources: [base]
images: [{ name: ${image}, newTag: v1, digest: '${digest}' }]
configMapGenerator:
  - name: cluster
    literals: [CLUSTER=${cluster}]
`
const clusters = { a: 'canary', c: 'primary', d: 'primary' }

let folder: string
let server: GitServer
let gitops: BareRepository
let balancer: Balancer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-'))
  server = await startGitServer(folder)
  balancer = await startBalancer(['a', 'c', 'd', 'e'])
  gitops = await createRepository(join(folder, 'gitops.git'), {
    'fleet.yaml': document(
      'Fleet',
      'fleet',
      `{ loadBalancer: { kind: haproxy, address: '${balancer.address}', backend: fleet } }`,
    ),
    'apps/coolkit/pipeline.yaml': document(
      'Pipeline',
      'coolkit',
      `{ image: ${image}, waves: [{ name: canary, clusters: { role: canary } }, { name: primaries, clusters: { role: primary } }] }`,
    ),
    'apps/coolkit/base/settings.yaml': 'slow: false\n',
    ...Object.fromEntries(
      Object.entries(clusters).flatMap(([name, role]) => [
        [
          `clusters/${name}.yaml`,
          document('Cluster', name, `{ role: ${role}, state: active, server: 'https://${name}.example' }`),
        ],
        [`apps/coolkit/clusters/${name}/base/settings.yaml`, 'slow: false\n'],
        [`apps/coolkit/clusters/${name}/kustomization.yaml`, pin(name)],
      ]),
    ),
  })
})
afterEach(async () => {
  await server.close()
  await balancer.stop()
  await rm(folder, { recursive: true, force: true })
})

async function stovepipe(...args: string[]) {
  const io = terminal({ env: { PATH: process.env.PATH, HOME: folder, USER: 'ada' }, cwd: folder })
  const code = await run([...args, '--repository', `${server.url}/gitops.git`], commands, io)
  return { code, printed: io.printed(), logged: io.logged() }
}

const stateOf = async (name: string) => /state: (\w+)/.exec((await gitops.read(`clusters/${name}.yaml`)) ?? '')?.[1]
const add = ['cluster', 'add', 'e', '--role', 'primary', '--zone', 'eu1-e', '--server', 'https://e.example']

test('what cannot be adopted is named, with its cure, and is no success', async () => {
  const path = 'apps/coolkit/clusters/d/kustomization.yaml'
  const whole = (await gitops.read(path)) ?? ''
  await gitops.commit({ [path]: whole.replace(/, digest: '.*' }/, ' }') })
  const left =
    'd is not adopted, its pin lacks a digest. Pin what runs there with `stovepipe bump --app coolkit --clusters d'
  expect(await stovepipe('adopt')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^coolkit: adopt v1 .* on a, v1 .* on c, commit \w{40}\ncoolkit: d is not adopted/),
  })
  expect(await stovepipe('adopt')).toMatchObject({
    code: 4,
    printed: expect.stringContaining(`coolkit: nothing that runs can be adopted\ncoolkit: ${left}`),
  })
  await gitops.commit({ [path]: whole })
  expect(await stovepipe('adopt')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^coolkit: adopt v1 .* on d,/),
  })
})

test('an existing fleet is adopted; a new cluster starts inactive at its release, and joins when it is activated', async () => {
  const base = (await gitops.git('rev-parse', 'HEAD:apps/coolkit/base')).trim()
  expect(await stovepipe('adopt')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(
      /^coolkit: adopt v1 \(base \w{7}\) on a, v1 \(base \w{7}\) on c, v1 .* on d, commit \w{40}\n$/,
    ),
  })
  expect(await stovepipe('adopt', 'coolkit')).toMatchObject({
    code: 0,
    printed: 'coolkit: the record knows every cluster that runs coolkit\n',
  })
  const added = await stovepipe(...add, '--ingress', '10.0.0.5:443')
  expect(added).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^e: add, inactive; coolkit at v1 \(base \w{7}\), copied from c, commit \w{40}\n$/),
  })
  expect(await gitops.read('clusters/e.yaml')).toBe(`apiVersion: stovepipe.dev/v1alpha1
kind: Cluster
metadata:
  name: e
  labels:
    environment: prod
    zone: eu1-e
spec:
  role: primary
  state: inactive
  server: https://e.example
  ingress: 10.0.0.5:443
`)
  expect(await gitops.read('apps/coolkit/clusters/e/kustomization.yaml')).toBe(pin('e'))
  expect((await gitops.git('rev-parse', 'HEAD:apps/coolkit/clusters/e/base')).trim()).toBe(base)
  expect(await gitops.read('apps/coolkit/release.yaml')).toMatch(/e:\n {6}pin:\n[\s\S]*joining: true/)
  expect(await stovepipe(...add, '--ingress', '10.0.0.5:443')).toMatchObject({
    code: 0,
    printed: 'e: e is in clusters/ already, inactive\n',
  })
  const before = (await gitops.read('clusters/e.yaml')) ?? ''
  expect(await stovepipe('cluster', 'activate', 'e')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^e: joins; promote of coolkit makes it active once healthy, commit/),
  })
  expect(await gitops.read('clusters/e.yaml')).toBe(before.replace('inactive', 'joining'))
  expect(await stovepipe('cluster', 'activate', 'e')).toMatchObject({ code: 0, printed: 'e: e is joining already\n' })
  const [last] = await gitops.log()
  expect(last).toMatchObject({
    subject: expect.stringMatching(/^e: joins/),
    body: expect.stringMatching(/^by ada\n\nStovepipe-Cluster: e\n/),
  })
})

test('drain with --wait commits, routes the traffic, and waits for the sessions', async () => {
  await stovepipe('traffic', '--apply')
  const slow = Array.from({ length: 6 }, () => balancer.slow())
  await new Promise(resolve => setTimeout(resolve, 100))
  const drained = await stovepipe('cluster', 'drain', 'd', '--wait', '10s', '--reason', 'kernel update')
  expect(drained).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^d: drain \(was active\), commit[\s\S]*no session is left/),
  })
  expect(await Promise.all(slow)).toContain('d')
  expect(await gitops.read('clusters/d.yaml')).toContain(
    "spec: { role: primary, state: draining, server: 'https://d.example' } # ours\n",
  )
  const servers = await haproxy({ path: balancer.runtime }, 'fleet').servers()
  expect([...servers].map(([, { weight }]) => weight)).toEqual([13, 247, 0, 0])
  expect((await gitops.log())[0]?.body).toMatch(/^ada: kernel update/)
  const again = await stovepipe('cluster', 'drain', 'd', '--wait', '10s', '--json')
  expect(JSON.parse(again.printed)).toMatchObject({ kind: 'nothing', traffic: { kind: 'unchanged' } })
})

test.each([
  {
    what: 'no load balancer is named',
    fleet: '{ canaryShare: 5 }',
    code: 2,
    said: /^error: fleet\.yaml: spec\.loadBalancer is missing/,
  },
  {
    what: 'nothing answers where it should be',
    fleet: "{ loadBalancer: { kind: haproxy, address: 'unix:/nowhere.sock', backend: fleet } }",
    code: 1,
    said: /^error: .*\/nowhere\.sock .*: nothing was written\. Run it where the load balancer can be reached, or without/,
  },
])(
  'drain with --wait writes nothing where $what; a drain that is refused is so all the same',
  async ({ fleet, code, said }) => {
    await gitops.commit({ 'fleet.yaml': document('Fleet', 'fleet', fleet) })
    const before = await gitops.head()
    const drained = await stovepipe('cluster', 'drain', 'd', '--wait', '1s')
    expect(drained).toMatchObject({ code, printed: '', logged: expect.stringMatching(said) })
    expect(await stovepipe('cluster', 'drain', 'a', '--wait', '1s')).toMatchObject({ code: 4 })
    expect(await gitops.head()).toBe(before)
  },
)

test('a load balancer that fails once Git is written: what Git says, what the traffic does, and what to run', async () => {
  await stovepipe('traffic', '--apply')
  server.hooks.before = async request => {
    if (request === 'push') await balancer.stop()
  }
  const drained = await stovepipe('cluster', 'drain', 'd', '--wait', '1s')
  expect(drained).toMatchObject({
    code: 5,
    printed: expect.stringMatching(
      /^d: drain \(was active\), commit \w+\nhalfway: Git says that d is draining, and its traffic has not moved: .*runtime.*\. Run it again, or `stovepipe traffic --apply`, where/,
    ),
  })
  expect(await stateOf('d')).toBe('draining')
})

test('a cluster that no wave selects is not activated, and what would select it is named', async () => {
  const pipeline = (await gitops.read('apps/coolkit/pipeline.yaml')) ?? ''
  const labelled = pipeline.replaceAll('clusters: { role', 'clusters: { matchLabels: { environment: prod }, role')
  await gitops.commit({ 'apps/coolkit/pipeline.yaml': labelled })
  const said =
    /no wave of any app selects e, which is environment=production .*environment=prod and role=primary \(primaries of coolkit\)/
  const added = await stovepipe(...add, '--environment', 'production')
  expect(added).toMatchObject({ code: 0, printed: expect.stringMatching(said) })
  const before = await gitops.head()
  expect(await stovepipe('cluster', 'activate', 'e')).toMatchObject({ code: 4, printed: expect.stringMatching(said) })
  expect(await gitops.head()).toBe(before)
})

test('the last canary and the last primary stay, unless it is forced with a reason', async () => {
  expect(await stovepipe('cluster', 'drain', 'a')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/^a: a is the last active canary: no release could be judged\. /),
  })
  expect(await stovepipe('cluster', 'deactivate', 'd')).toMatchObject({ code: 0 })
  expect(await stovepipe('cluster', 'deactivate', 'c')).toMatchObject({
    code: 4,
    printed: expect.stringMatching(/last active primary/),
  })
  expect(await stateOf('c')).toBe('active')
  expect(await stovepipe('cluster', 'deactivate', 'c', '--force')).toMatchObject({
    code: 2,
    logged: expect.stringMatching(/"--reason": missing/),
  })
  expect(await stovepipe('cluster', 'deactivate', 'c', '--force', '--reason', 'fire')).toMatchObject({ code: 0 })
  expect(await stateOf('c')).toBe('inactive')
})

test.each([
  { args: ['cluster', 'drain', 'z'], said: /there is no such cluster \(found "z"\)\. clusters\/ has a, c, d/ },
  { args: ['cluster', 'add', 'E_1', '--server', 'https://e.example'], said: /not a name/ },
  { args: ['cluster', 'add', 'e', '--server', 'https://d.example'], said: /"--server": d has this API server already/ },
  {
    args: ['cluster', 'add', 'c', '--server', 'https://c2.example'],
    said: /"NAME": clusters\/c\.yaml is there already, with role "primary", server "https:\/\/c\.example" and other labels \(found "c"\)/,
  },
  { args: ['cluster', 'add', 'e', '--server', 'nowhere'], said: /clusters\/e.yaml:.*spec.server: Invalid URL/ },
  { args: ['cluster', 'add', 'e', '--server', 'https://e.example', '--role', 'boss'], said: /"--role": not a role/ },
  { args: ['cluster', 'add', 'e'], said: /"--server": missing/ },
])('stovepipe $args is refused, and nothing is written', async ({ args, said }) => {
  const before = await gitops.head()
  expect(await stovepipe(...args)).toMatchObject({ code: 2, logged: expect.stringMatching(said) })
  expect(await gitops.head()).toBe(before)
})

test('suspend stops an app, and resume lets it go on', async () => {
  const decided = ['--app', 'coolkit', '--reason', 'freeze']
  expect(await stovepipe('suspend', ...decided)).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/^coolkit: suspend, commit/),
  })
  expect(await stovepipe('suspend', ...decided)).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/suspended already/),
  })
  expect(await stovepipe('resume', ...decided)).toMatchObject({ code: 0 })
})

test('a colleague who adds a cluster at the same moment keeps it', async () => {
  let once = true
  server.hooks.before = async request => {
    if (request !== 'push' || !once) return
    once = false
    await gitops.commit({ 'clusters/f.yaml': document('Cluster', 'f', '{ role: primary }') })
  }
  expect(await stovepipe(...add)).toMatchObject({ code: 0 })
  expect(await gitops.read('clusters/f.yaml')).toContain('name: f')
  expect(await stateOf('e')).toBe('inactive')
})
