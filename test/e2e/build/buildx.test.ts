import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test as runs } from '@jest/globals'
import { z } from 'zod'
import { runCommand, silentLog } from '../../../host/index.ts'
import { openRegistry } from '../../../images/index.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/registry/index.ts'
import { type Site, startSiteRegistry } from '../simulator/index.ts'
import { openSite } from '../simulator/site.ts'
import { createCheckout, touch } from './checkout.ts'
import { dockerObstacle, type Environment, startBuildKit, startDocker } from './daemons.ts'

const obstacle = dockerObstacle()
if (obstacle !== undefined) console.error(`builds with Docker are not tested: ${obstacle}`)
const test = obstacle === undefined ? runs : runs.skip

let site: Site
let registry: FaultyRegistry
/** The client of Docker's daemon, whose own BuildKit builds. */
let docker: Environment
/** The same client, with a BuildKit that is none of Docker's. */
let buildkit: Environment
let tool: Buffer

beforeAll(async () => {
  if (obstacle !== undefined) return
  site = await openSite('build')
  registry = await startFaultyRegistry(await startSiteRegistry(site))
  docker = await startDocker(site)
  buildkit = await startBuildKit(site, docker)
  const program = join(site.folder, 'tool')
  const cwd = fileURLToPath(new URL('tool', import.meta.url))
  const env = { ...process.env, CGO_ENABLED: '0' }
  const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', program, '.']
  expect(await runCommand('go', args, { cwd, env })).toMatchObject({ code: 0 })
  tool = await readFile(program)
})
afterAll(async () => {
  await registry?.stop()
  await site?.close()
})

const files = () => ({ Dockerfile: 'FROM scratch\nCOPY data tool /\n', '.dockerignore': 'docs\n', data: 'one\n', tool })
const image = (name: string) => `${registry.host}/acme/${name}`
const client = () => openRegistry({ fetch, log: silentLog })
const prune = (env: Environment) => runCommand('docker', ['buildx', 'prune', '--all', '--force'], { env })

async function manifest(repository: string, reference: string) {
  const path = repository.slice(registry.host.length + 1)
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
  const answer = await fetch(`http://${registry.host}/v2/${path}/manifests/${reference}`, { headers: { accept } })
  return schema.parse(await answer.json())
}
const schema = z.looseObject({
  manifests: z
    .array(
      z.looseObject({
        digest: z.string(),
        platform: z.looseObject({ os: z.string(), architecture: z.string() }),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
  layers: z.array(z.looseObject({ annotations: z.record(z.string(), z.string()).optional() })).optional(),
})

test.each(['docker', 'buildkit'] as const)(
  'with the BuildKit of %s: built, pushed, confirmed by the registry; then found by its content in a part of that time',
  async which => {
    const env = which === 'docker' ? docker : buildkit
    const checkout = await createCheckout(site, files())
    const first = await checkout.build(env, { image: image(`simple-${which}`) })
    expect(first).toMatchObject({ kind: 'pushed', builder: 'buildx' })
    expect((await client().resolve({ repository: first.repository, tag: first.tag })).digest).toBe(first.digest)
    await checkout.write({ 'docs/a.md': 'a\n' })
    await checkout.commit()
    const second = await checkout.build(env, { image: image(`simple-${which}`) })
    expect(second).toMatchObject({ kind: 'reused', digest: first.digest, builtFrom: first.commit })
    expect(second.tag).not.toBe(first.tag)
    expect(second.duration).toBeLessThan(2000)
    expect(second.duration).toBeLessThan(first.duration)
  },
)

test('with docker build and docker push: the digest is what the registry has, a secret is at hand and unseen', async () => {
  const checkout = await createCheckout(site, files())
  const env = { ...docker, TOKEN: 'very-hidden-word' }
  const inputs = { image: image('plain'), builder: 'docker', secrets: 'id=token,env=TOKEN' }
  const outcome = await checkout.build(env, inputs)
  expect(outcome).toMatchObject({ kind: 'pushed', builder: 'docker' })
  expect((await client().resolve({ repository: outcome.repository, tag: outcome.tag })).digest).toBe(outcome.digest)
  expect(checkout.said.join('\n')).not.toContain('very-hidden-word')
  await checkout.commit()
  expect(await checkout.build(env, inputs)).toMatchObject({ kind: 'reused', digest: outcome.digest })
})

test.each([
  [{ platforms: 'linux/amd64,linux/arm64' }, /Multi-platform build is not supported|not support/],
  [{ 'cache-to': 'type=inline,mode=max\ntype=local,dest=/nowhere' }, /Cache export is not supported/],
  [{ provenance: 'min' }, /Attestation is not supported/],
] as const)("what Docker's own builder cannot do is said, with the cure: %j", async (inputs, problem) => {
  const checkout = await createCheckout(site, files())
  const failure = await checkout.build(docker, { image: image('cannot'), ...inputs }).catch(String)
  expect(checkout.said.join('\n') + failure).toMatch(problem)
  expect(failure).toMatch(
    /run docker\/setup-buildx-action before this step, or turn on Docker's containerd image store/,
  )
})

test('an image of several platforms is one index, and the same commit gives the same images twice', async () => {
  const checkout = await createCheckout(site, files())
  const inputs = { image: image('several'), platforms: 'linux/amd64,linux/arm64' }
  await touch(checkout, 'data', Date.now() / 1000 + 100)
  await touch(checkout, 'tool', Date.now() / 1000 + 100)
  await prune(buildkit) // a layer that BuildKit has from another build keeps that build's times
  const first = await checkout.build(buildkit, inputs)
  const before = await client().anatomy({ repository: first.repository, tag: first.tag })
  expect(before.map(({ platform }) => platform).sort()).toEqual(['linux/amd64', 'linux/arm64'])
  await prune(buildkit)
  await touch(checkout, 'data', Date.now() / 1000 + 200)
  await touch(checkout, 'tool', Date.now() / 1000 + 300)
  const second = await checkout.build(buildkit, { ...inputs, skip: 'false' })
  const after = await client().anatomy({ repository: second.repository, tag: second.tag })
  expect(after.map(({ digest }) => digest)).toEqual(before.map(({ digest }) => digest))
  expect(second.digest).toBe(first.digest)
  expect(checkout.warnings).toEqual([])
})

test('what differs between two builds of a commit is named by its layer and instruction', async () => {
  const checkout = await createCheckout(site, {
    ...files(),
    Dockerfile: 'FROM scratch\nCOPY data tool /\nRUN ["/tool", "now", "/stamp"]\n',
  })
  const inputs = { image: image('differs') }
  await prune(buildkit)
  await touch(checkout, 'data', Date.now() / 1000 + 100)
  await touch(checkout, 'tool', Date.now() / 1000 + 100)
  await checkout.build(buildkit, inputs)
  await prune(buildkit)
  await checkout.build(buildkit, { ...inputs, skip: 'false' })
  expect(checkout.warnings).toEqual([
    expect.stringMatching(/same commit gave another image .*layer 2 of 2, made by "RUN .*\/tool now \/stamp/),
  ])
})

test('attestations are beside the image in one index, which is what is named, signed and deployed', async () => {
  const scanner = await createCheckout(site, { Dockerfile: 'FROM scratch\nCOPY tool /\nENTRYPOINT ["/tool"]\n', tool })
  const { image: generator } = await scanner.build(buildkit, { image: image('scanner') })
  const checkout = await createCheckout(site, files())
  const inputs = { image: image('attested'), provenance: 'max', sbom: `generator=${generator}` }
  const outcome = await checkout.build(buildkit, inputs)
  const index = await manifest(outcome.repository, outcome.digest ?? '')
  const attestations = index.manifests?.filter(({ platform }) => platform.os === 'unknown') ?? []
  expect(index.manifests).toHaveLength(2)
  expect(attestations).toHaveLength(1)
  const { layers = [] } = await manifest(outcome.repository, attestations[0]?.digest ?? '')
  expect(layers.map(({ annotations }) => annotations?.['in-toto.io/predicate-type']).sort()).toEqual([
    'https://slsa.dev/provenance/v0.2',
    'https://spdx.dev/Document',
  ])
  expect(await client().labels({ repository: outcome.repository, tag: outcome.tag })).toMatchObject(outcome.labels)
  await checkout.commit()
  expect(await checkout.build(buildkit, inputs)).toMatchObject({ kind: 'reused', digest: outcome.digest })
  const bare = await checkout.build(buildkit, { image: image('attested'), tag: 'bare' })
  expect(bare.kind).toBe('pushed')
})

test('a cache in the registry saves the second build its steps', async () => {
  const checkout = await createCheckout(site, {
    ...files(),
    Dockerfile: 'FROM scratch\nCOPY tool /\nRUN ["/tool", "now", "/stamp"]\nCOPY data /\n',
  })
  const cache = `type=registry,ref=${image('cached')}:cache`
  await checkout.build(buildkit, { image: image('cached'), 'cache-to': `${cache},mode=max` })
  expect(checkout.said.join('\n')).toContain('the step runs')
  await prune(buildkit)
  await checkout.write({ data: 'two\n' })
  await checkout.commit()
  checkout.said.length = 0
  await checkout.build(buildkit, { image: image('cached'), 'cache-from': cache })
  expect(checkout.said.join('\n')).not.toContain('the step runs')
})

test('a secret reaches the step that mounts it, and nothing else', async () => {
  const checkout = await createCheckout(site, {
    ...files(),
    Dockerfile:
      'FROM scratch\nCOPY tool /\nRUN --mount=type=secret,id=token ["/tool", "hash", "/run/secrets/token", "/hash"]\n',
  })
  const env = { ...buildkit, TOKEN: 'very-hidden-word' }
  const outcome = await checkout.build(env, { image: image('secret'), secrets: 'id=token,env=TOKEN' })
  const said = checkout.said.join('\n')
  expect(said).toContain('read ***')
  const inside = JSON.stringify(await client().anatomy({ repository: outcome.repository, tag: outcome.tag }))
  for (const text of [said, inside, JSON.stringify(outcome)]) expect(text).not.toContain('very-hidden-word')
})

test('a build without a push for several platforms, as a fork has it, is only built', async () => {
  const checkout = await createCheckout(site, files())
  const inputs = { image: image('forked'), platforms: 'linux/amd64,linux/arm64', push: 'false' }
  expect(await checkout.build(buildkit, inputs)).toMatchObject({ kind: 'built' })
  expect(await client().tags(image('forked'), 10)).toEqual([])
})

test.each([
  [401, undefined, /Log in to the registry before this step/],
  [403, 'DENIED', /may not push there/],
  [429, 'TOOMANYREQUESTS', /limits requests/],
  [503, undefined, /registry is failing/],
  [
    400,
    'TAG_INVALID: cannot be overwritten because the tag is immutable',
    /may not be moved: give this one another `tag`/,
  ],
  [400, 'DIGEST_INVALID: provided digest did not match uploaded content', /not what was sent/],
] as const)('a push that is refused with %d %s: what to do is in the failure', async (status, reason, cure) => {
  const [code, message = ''] = reason?.split(': ') ?? []
  const body = code === undefined ? '' : JSON.stringify({ errors: [{ code, message }] })
  const checkout = await createCheckout(site, files())
  registry.fault = { kind: 'answer', status, method: 'PUT', headers: { 'content-type': 'application/json' }, body }
  try {
    await expect(checkout.build(docker, { image: image(`refused-${status}`) })).rejects.toThrow(cure)
  } finally {
    registry.fault = { kind: 'none' }
  }
})
