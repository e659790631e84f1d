import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../support/git/index.ts'
import { pushImage, type RunningRegistry, startRegistry } from '../support/registry/index.ts'
import { runBundle } from '../support/runner.ts'
import { templateFiles } from '../support/template.ts'

const nobody = 'http://127.0.0.1:1'
const digest = `sha256:${'a'.repeat(64)}`

let registry: RunningRegistry
let folder: string
let server: GitServer
let gitops: BareRepository
let head: string
/** An image that is really there. */
let image: string

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.stop())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'))
  gitops = await createRepository(join(folder, 'gitops.git'), seeded())
  server = await startGitServer(folder)
  head = await gitops.head()
  image = await pushed()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** The template, with the image in this test's registry, and a Prometheus that is down. */
function seeded(changes: Record<string, string> = {}): Record<string, string> {
  const files = Object.entries(templateFiles()).map(([path, text]): [string, string] => [
    path,
    text
      .replaceAll('ghcr.io/acme/coolkit', `${registry.host}/coolkit`)
      .replaceAll('https://prometheus.example', nobody),
  ])
  return { ...Object.fromEntries(files), ...changes }
}

async function pushed(): Promise<string> {
  const pinned = await pushImage(registry.host, 'coolkit', 'v1', {
    'org.opencontainers.image.revision': 'c'.repeat(40),
  })
  return `${registry.host}/coolkit:v1@${pinned}`
}

const inputs = (more: Record<string, string>) => ({
  app: 'coolkit',
  image,
  repository: `${server.url}/gitops.git`,
  branch: 'main',
  directory: '.',
  ...more,
})

const wrong: readonly [string, Record<string, string>, RegExp][] = [
  [
    'an app that does not exist',
    { app: 'nope' },
    /input "app": there is no such app \(found "nope"\)\. apps\/ has coolkit/,
  ],
  ['a shell metacharacter in the image', { image: 'a;rm -rf /' }, /input "image": not a valid image reference/],
  ['a newline in the image', { image: 'a/b:c\n::error::forged' }, /input "image": not a valid/],
  [
    'a folder that leads out of the repository',
    { directory: '../secrets' },
    /input "directory": .*\(found "\.\.\/secrets"\)/,
  ],
  ['a repository that is not there', { repository: `${nobody}/x.git` }, /127\.0\.0\.1/],
  ['a branch that is not there', { branch: 'trunk' }, /trunk/],
  ['a branch that is an option', { branch: '--upload-pack=id' }, /input "branch"/],
  ['a repository that runs a command', { repository: 'ext::sh -c id' }, /input "repository"/],
]

test.each(wrong)('promote refuses %s, and writes nothing', async (_, more, message) => {
  const { code, log, outputs } = await runBundle('promote', inputs(more))
  expect(log).toMatch(message)
  expect(log.match(/^::error/gm)).toHaveLength(1)
  expect(log).not.toMatch(/^\s+at .*\(/m)
  expect(code).toBe(1)
  expect(outputs).toEqual({})
  expect(await gitops.head()).toBe(head)
})

test.each(wrong)('bump-manifests refuses %s, and writes nothing', async (_, more, message) => {
  const { code, log } = await runBundle('bump-manifests', { ...inputs({}), clusters: 'dev', ...more })
  expect(log).toMatch(message)
  expect(log.match(/^::error/gm)).toHaveLength(1)
  expect(code).toBe(1)
  expect(await gitops.head()).toBe(head)
})

const broken: readonly [string, string, string, RegExp][] = [
  [
    'a pipeline that does not parse',
    'apps/coolkit/pipeline.yaml',
    'spec: [',
    /apps\/coolkit\/pipeline\.yaml:1:\d+: not valid YAML/,
  ],
  [
    'an unknown key',
    'clusters/dev.yaml',
    cluster('dev', 'weight: 3'),
    /clusters\/dev\.yaml:4:9: unknown key "weight" in spec/,
  ],
  [
    'a cluster under another name',
    'clusters/dev.yaml',
    cluster('prod', 'state: active'),
    /clusters\/dev\.yaml:3:19: metadata\.name differs/,
  ],
  ['a record that is no record', 'apps/coolkit/release.yaml', 'hello\n', /apps\/coolkit\/release\.yaml:1:1/],
]

test.each(broken)('promote refuses %s with its place', async (_, path, text, message) => {
  const other = await createRepository(join(folder, 'broken.git'), seeded({ [path]: text }))
  const before = await other.head()
  const { code, log } = await runBundle('promote', inputs({ repository: `${server.url}/broken.git` }))
  expect(log).toMatch(message)
  expect(code).toBe(1)
  expect(await other.head()).toBe(before)
})

test('a registry that is down is named, and nothing is written', async () => {
  const { code, log } = await runBundle('promote', inputs({ image: `127.0.0.1:1/coolkit:v1@${digest}` }))
  expect(log).toMatch(/::error::.*127\.0\.0\.1:1/)
  expect(code).toBe(1)
  expect(await gitops.head()).toBe(head)
})

test('an image that the registry does not have is refused, and nothing is written', async () => {
  const { code, log } = await runBundle('promote', inputs({ image: `${registry.host}/coolkit:v9@${digest}` }))
  expect(log).toMatch(/::error::.*coolkit/)
  expect(code).toBe(1)
  expect(await gitops.head()).toBe(head)
})

test('with Prometheus down there is no verdict: promote waits, and says for what', async () => {
  const { code, log, outputs, summary } = await runBundle('promote', inputs({ until: '2s' }))
  expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'waiting' })
  expect(log).toMatch(/Prometheus at http:\/\/127\.0\.0\.1:1/)
  expect(summary).toMatch(/### \S+ coolkit of v1: waiting/)
  expect(await gitops.read('apps/coolkit/clusters/dev/kustomization.yaml')).toContain('newTag: v1')
  expect(await gitops.read('apps/coolkit/clusters/prod-eu1-a/kustomization.yaml')).not.toContain('newTag: v1')
})

function cluster(name: string, spec: string): string {
  return `apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`
}
