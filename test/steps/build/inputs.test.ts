import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type BuildInputs, parseBuildInputs } from '../../../steps/build/index.ts'
import { buildInputs } from '../../support/build-inputs.ts'

let outer: string
let workspace: string

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'stovepipe-inputs-'))
  workspace = join(outer, 'workspace')
  await mkdir(join(workspace, 'app'), { recursive: true })
  await mkdir(join(workspace, 'empty'))
  await mkdir(join(outer, 'workspace-secrets'))
  await writeFile(join(outer, 'Dockerfile'), 'FROM scratch\n')
  await writeFile(join(workspace, 'Dockerfile'), 'FROM scratch\n')
  await writeFile(join(workspace, 'app', 'Containerfile'), 'FROM scratch\n')
  await symlink(outer, join(workspace, 'away'))
  await symlink(join(outer, 'Dockerfile'), join(workspace, 'empty', 'Linked'))
})
afterAll(() => rm(outer, { recursive: true, force: true }))

const least: BuildInputs = { ...buildInputs, image: 'ghcr.io/acme/coolkit', context: '', builder: '' }
const parse = (inputs: Partial<BuildInputs>) =>
  parseBuildInputs({ ...least, ...inputs }, { base: workspace, within: workspace })

test('the least input is an image', async () => {
  expect(await parse({})).toEqual({
    repository: 'ghcr.io/acme/coolkit',
    context: workspace,
    file: join(workspace, 'Dockerfile'),
    platforms: [],
    buildArgs: {},
    labels: {},
    secrets: [],
    cacheFrom: [],
    cacheTo: [],
    push: true,
    skip: true,
    attested: false,
  })
})

test('every input is taken; the first = of a line divides, blank lines are nothing', async () => {
  const request = await parse({
    context: 'app',
    file: 'Dockerfile',
    target: 'release',
    'build-args': 'A=1\r\n\n  B=x=y \n',
    labels: 'org.example/team=heat && rm -rf /\nempty=',
    platforms: 'linux/amd64, linux/arm64/v8',
    secrets: 'id=token,env=NPM_TOKEN\nid=file,src=app/Containerfile',
    'cache-from': 'type=gha\ntype=registry,ref=ghcr.io/acme/x:cache',
    'cache-to': 'type=gha,mode=max',
    sbom: 'true',
    provenance: 'max',
    tag: 'v1.2',
    push: 'false',
    skip: 'false',
    attested: 'true',
    builder: 'buildah',
  })
  expect(request).toEqual({
    repository: 'ghcr.io/acme/coolkit',
    context: join(workspace, 'app'),
    file: join(workspace, 'Dockerfile'),
    target: 'release',
    buildArgs: { A: '1', B: 'x=y ' },
    platforms: ['linux/amd64', 'linux/arm64/v8'],
    labels: { 'org.example/team': 'heat && rm -rf /', empty: '' },
    secrets: [
      { id: 'token', from: 'env', name: 'NPM_TOKEN' },
      { id: 'file', from: 'src', path: join(workspace, 'app', 'Containerfile') },
    ],
    cacheFrom: ['type=gha', 'type=registry,ref=ghcr.io/acme/x:cache'],
    cacheTo: ['type=gha,mode=max'],
    sbom: 'true',
    provenance: 'max',
    tag: 'v1.2',
    push: false,
    skip: false,
    attested: true,
    builder: 'buildah',
  })
})

test("a context's Containerfile does where it has no Dockerfile", async () => {
  expect((await parse({ context: 'app' })).file).toBe(join(workspace, 'app', 'Containerfile'))
})

test.each<[Partial<BuildInputs>, RegExp]>([
  [{ image: '' }, /^input "image": not a valid image reference \(found ""\)/],
  [{ image: 'ghcr.io/acme/x;reboot' }, /^input "image": not a valid image reference.*lower case/],
  [{ image: 'ghcr.io/acme/$(id)' }, /^input "image": /],
  [{ image: 'ghcr.io/acme/x\n::error::y' }, /^input "image": .*\(found "ghcr.io\/acme\/x\\n::error::y"\)/],
  [{ image: 'ghcr.io/Acme/X' }, /^input "image": .*in lower case/],
  [{ image: '--privileged' }, /^input "image": /],
  [{ image: 'ghcr.io/acme/x:v1' }, /^input "image": .*without tag and digest.*Write ghcr.io\/acme\/x/],
  [{ image: `ghcr.io/acme/x@sha256:${'0'.repeat(64)}` }, /^input "image": .*without tag and digest/],
  [{ context: '..' }, /^input "context": the path leads out of the workspace \(found "\.\."\)/],
  [{ context: '../workspace-secrets' }, /^input "context": the path leads out of the workspace/],
  [{ context: '/etc' }, /^input "context": the path leads out of the workspace/],
  [{ context: 'away' }, /^input "context": the path leads out of the workspace/],
  [{ context: 'nowhere' }, /^input "context": there is no such folder \(found "nowhere"\)/],
  [{ context: 'Dockerfile' }, /^input "context": this is no folder/],
  [{ context: 'a\0b' }, /^input "context": not a path/],
  [{ context: 'https://example.org/x.git' }, /^input "context": only what is checked out is built/],
  [{ context: 'git@example.org:x/y' }, /^input "context": only what is checked out is built/],
  [{ context: 'empty' }, /^input "context": there is no Dockerfile in the context/],
  [{ file: '../Dockerfile' }, /^input "file": the path leads out of the workspace/],
  [{ file: 'empty/Linked' }, /^input "file": the path leads out of the workspace/],
  [{ file: 'app' }, /^input "file": this is no file/],
  [{ target: '--network=host' }, /^input "target": not a stage/],
  [{ tag: '-x' }, /^input "tag": not a tag/],
  [{ tag: 'a b' }, /^input "tag": not a tag/],
  [{ tag: 'x'.repeat(129) }, /^input "tag": not a tag/],
  [{ builder: 'kaniko' }, /^input "builder": no such builder \(found "kaniko"\). Write one of buildx, docker, buildah/],
  [{ push: 'yes' }, /^input "push": not true or false \(found "yes"\)/],
  [{ platforms: 'arm64' }, /^input "platforms": not a platform \(found "arm64"\)\. Write os\/architecture/],
  [{ platforms: 'linux/arm64,linux/arm64' }, /^input "platforms": this platform is there twice/],
  [{ secrets: 'TOKEN=abc' }, /^input "secrets": line 1: this names no secret\. .*never the value itself$/],
  [{ secrets: 'id=a,env=$(id)' }, /^input "secrets": line 1: the secret a names no environment variable/],
  [{ secrets: 'id=a,env=A\nid=a,env=B' }, /^input "secrets": line 2: the secret a is there twice/],
  [{ secrets: 'id=a,src=../Dockerfile' }, /^input "secrets": the path leads out of the workspace/],
  [{ 'cache-from': 'gha' }, /^input "cache-from": line 1: not a cache/],
  [{ 'cache-to': 'type=gha --push' }, /^input "cache-to": line 1: not a cache/],
  [{ 'cache-to': 'type=s3,secret_access_key=abc' }, /^input "cache-to": line 1: a secret is no part of a cache/],
  [{ sbom: 'yes' }, /^input "sbom": not a setting/],
  [{ sbom: 'generator=a b' }, /^input "sbom": not a valid image reference/],
  [{ provenance: 'all' }, /^input "provenance": not a setting/],
  [{ skip: 'no' }, /^input "skip": not true or false/],
  [{ attested: '1' }, /^input "attested": not true or false/],
  [{ 'build-args': 'A=1\nB' }, /^input "build-args": line 2: there is no `=` \(found "B"\)/],
  [{ 'build-args': '--x=1' }, /^input "build-args": line 1: not a valid name/],
  [{ 'build-args': 'A=1\nA=2' }, /^input "build-args": line 2: this name is there twice/],
  [{ labels: 'a b=1' }, /^input "labels": line 1: not a valid name/],
])('%j is refused', async (inputs, message) => {
  const failure = await parse(inputs).catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(message) })
})

test('a secret that is refused is not shown', async () => {
  await expect(parse({ secrets: 'TOKEN=abc' })).rejects.not.toThrow(/abc/)
  await expect(parse({ 'cache-to': 'type=s3,secret_access_key=abc' })).rejects.not.toThrow(/abc/)
})
