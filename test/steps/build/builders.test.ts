import { expect, test } from '@jest/globals'
import { CommandNotFoundError, type CommandResult, type RunCommand } from '../../../host/index.ts'
import type { BuildPlan } from '../../../steps/build/builder.ts'
import { buildahCommands } from '../../../steps/build/builders/buildah.ts'
import { buildxArguments } from '../../../steps/build/builders/buildx.ts'
import { dockerCommands } from '../../../steps/build/builders/docker.ts'
import { webAddress } from '../../../steps/build/commit.ts'
import { findBuilder } from '../../../steps/build/find-builder.ts'
import { imageLabels } from '../../../steps/build/labels.ts'

const plan: BuildPlan = {
  reference: 'ghcr.io/acme/x:sha-1',
  context: '/w',
  file: '/w/Dockerfile',
  target: 'release',
  buildArgs: { A: '1 $(id)' },
  labels: { team: 'heat' },
  platforms: [],
  secrets: [],
  cacheFrom: [],
  cacheTo: [],
  epoch: 1700000000,
  push: true,
  pull: false,
}
const plain: BuildPlan = { ...plan, buildArgs: {}, labels: {}, push: false }

test('buildah: two commands, every value a word of its own', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest', list: 'list' }
  const words = '--file /w/Dockerfile --target release --build-arg|A=1 $(id)|--label team=heat --timestamp 1700000000'
  const build = words.split('|').flatMap((part, index) => (index === 1 ? [part] : part.split(' ')))
  expect(buildahCommands(plan, files)).toEqual([
    ['bud', ...build, '--tag', 'ghcr.io/acme/x:sha-1', '/w'],
    ['push', '--digestfile', '/t/digest', 'ghcr.io/acme/x:sha-1'],
  ])
})

test('buildah: a registry on loopback is named as one without TLS, verification is never switched off', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest', list: 'list' }
  const [build, push] = buildahCommands({ ...plan, insecure: '127.0.0.1:5000' }, files)
  expect([build.slice(0, 3), push.slice(0, 3)]).toEqual([
    ['--registries-conf', '/t/registries.conf', 'bud'],
    ['--registries-conf', '/t/registries.conf', 'push'],
  ])
  expect([...build, ...push].join(' ')).not.toContain('tls-verify')
})

test('buildx: one command, without attestations, its digest in a file', () => {
  expect(buildxArguments(plan, '/t/metadata.json', 'docker')).toEqual([
    ...['buildx', 'build', '--file', '/w/Dockerfile', '--target', 'release'],
    ...['--build-arg', 'A=1 $(id)', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--label', 'team=heat'],
    ...['--provenance=false', '--metadata-file', '/t/metadata.json', '--tag', 'ghcr.io/acme/x:sha-1', '--push', '/w'],
  ])
  expect(buildxArguments(plain, '/t/metadata.json', 'docker')).toContain('--load')
  expect(buildxArguments(plain, '/t/metadata.json', 'docker')).not.toContain('--push')
})

test('buildx: platforms, secrets, caches and attestations; BuildKit of its own stamps the layers with the time', () => {
  const full: BuildPlan = {
    ...plan,
    platforms: ['linux/amd64', 'linux/arm64'],
    secrets: [
      { id: 'a', from: 'env', name: 'A' },
      { id: 'b', from: 'src', path: '/w/b' },
    ],
    cacheFrom: ['type=gha'],
    cacheTo: ['type=gha,mode=max'],
    sbom: 'true',
    provenance: 'max',
  }
  const words = buildxArguments(full, '/t/metadata.json', 'docker-container').join(' ')
  for (const part of [
    '--platform linux/amd64,linux/arm64',
    '--secret id=a,env=A --secret id=b,src=/w/b',
    '--cache-from type=gha --cache-to type=gha,mode=max',
    '--provenance=mode=max --sbom=true',
    '--output type=image,push=true,rewrite-timestamp=true /w',
  ]) {
    expect(words).toContain(part)
  }
  // No image store holds them, so without a push they are only built.
  expect(buildxArguments({ ...full, push: false }, '/m', 'docker-container')).toContain('type=cacheonly')
})

test('buildah: several platforms are a list, pushed as one', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest', list: 'list' }
  const [build, push] = buildahCommands({ ...plan, platforms: ['linux/amd64', 'linux/arm64'] }, files)
  expect(build.join(' ')).toContain('--platform linux/amd64,linux/arm64')
  expect(build.join(' ')).toContain('--manifest list /w')
  expect(push).toEqual([
    'manifest',
    'push',
    '--all',
    '--digestfile',
    '/t/digest',
    'list',
    'docker://ghcr.io/acme/x:sha-1',
  ])
})

test.each([
  [{ platforms: ['linux/amd64', 'linux/arm64'] }, 'docker', /docker: it has no images of several platforms/],
  [{ cacheTo: ['type=gha'] }, 'docker', /docker: it has no caches/],
  [{ provenance: 'max' }, 'docker', /docker: it has no attestations/],
  [{ sbom: 'true' }, 'buildah', /buildah: it has no attestations/],
  [{ cacheFrom: ['type=gha'] }, 'buildah', /buildah: it has no caches of BuildKit's kind/],
] as const)('what a builder does not have is said, with the cure: %j, %s', async (needs, name, message) => {
  const failure = findBuilder(machine({ [version]: {}, 'buildah --version': {} }), { ...nothing, ...needs }, name)
  await expect(failure).rejects.toThrow(message)
  await expect(failure).rejects.toThrow(/Use buildx \(docker\/setup-buildx-action before this step\)/)
})

test('a build for several platforms passes over docker', async () => {
  const needs = { ...nothing, platforms: ['linux/amd64', 'linux/arm64'] }
  expect((await findBuilder(machine({ [version]: {}, 'buildah --version': {} }), needs)).name).toBe('buildah')
})

test('docker: a build and a push', () => {
  expect(dockerCommands(plan)).toEqual([
    ...[['build', '--file', '/w/Dockerfile', '--target', 'release', '--build-arg', 'A=1 $(id)']].map(words => [
      ...words,
      ...['--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--label', 'team=heat', '--tag', 'ghcr.io/acme/x:sha-1', '/w'],
    ]),
    ['push', 'ghcr.io/acme/x:sha-1'],
  ])
})

test('a time that the user gives is the one that counts', () => {
  const given = { ...plan, buildArgs: { SOURCE_DATE_EPOCH: '7' } }
  for (const words of [buildxArguments(given, '/t/metadata.json', 'docker'), dockerCommands(given)[0]]) {
    expect(words.filter(word => word.startsWith('SOURCE_DATE_EPOCH='))).toEqual(['SOURCE_DATE_EPOCH=7'])
  }
})

test('base images are fetched anew where the plan says so', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest', list: 'list' }
  const words = (pull: boolean) => [
    buildxArguments({ ...plan, pull }, '/t/metadata.json', 'docker'),
    dockerCommands({ ...plan, pull })[0],
    buildahCommands({ ...plan, pull }, files)[0],
  ]
  expect(words(true).map(all => all.filter(word => word.startsWith('--pull')))).toEqual([
    ['--pull'],
    ['--pull'],
    ['--pull-always'],
  ])
  expect(words(false).flat().join(' ')).not.toContain('--pull')
})

const nothing = { platforms: [], cacheFrom: [], cacheTo: [] }

/** A machine where these commands answer so; all others are not installed. */
function machine(answers: Readonly<Record<string, Partial<CommandResult>>>): RunCommand {
  return async (program, args) => {
    const answer = answers[[program, ...args].join(' ')]
    if (!answer) throw new CommandNotFoundError(program)
    return { code: 0, signal: null, stdout: '', stderr: '', ...answer }
  }
}

const buildxWorks = { 'docker buildx version': {}, 'docker buildx inspect': { stdout: 'Status: running\n' } }
const daemonDown = { code: 1, stderr: 'Cannot connect to the Docker daemon at unix:///x. Is it running?' }
const version = 'docker version --format {{.Server.Version}}'

test.each([
  [{ ...buildxWorks, [version]: {}, 'buildah --version': {} }, 'buildx'],
  [{ 'docker buildx version': { code: 1 }, [version]: {}, 'buildah --version': {} }, 'docker'],
  [
    {
      'docker buildx version': {},
      'docker buildx inspect': { stdout: 'Name: default\nError: no daemon\n' },
      [version]: daemonDown,
      'buildah --version': {},
    },
    'buildah',
  ],
  [{ 'buildah --version': {} }, 'buildah'],
])('the first builder that works is found: %#', async (answers, name) => {
  expect((await findBuilder(machine(answers), nothing)).name).toBe(name)
})

test('a builder that is named is the only one that is tried', async () => {
  expect((await findBuilder(machine({ ...buildxWorks, 'buildah --version': {} }), nothing, 'buildah')).name).toBe(
    'buildah',
  )
  await expect(findBuilder(machine({ ...buildxWorks, [version]: daemonDown }), nothing, 'docker')).rejects.toThrow(
    /^input "builder": the builder docker does not work for this on this machine \(docker: .*Cannot connect to the Docker daemon/,
  )
})

test('without any, each says why', async () => {
  await expect(findBuilder(machine({}), nothing)).rejects.toThrow(
    /^input "builder": no builder works.*\(buildx: docker is not installed; docker: docker is not installed; buildah: buildah is not installed\)\. Install Docker or buildah/,
  )
})

test.each([
  ['https://github.com/acme/x.git', 'https://github.com/acme/x'],
  ['https://x-access-token:secret@github.com/acme/x', 'https://github.com/acme/x'],
  ['git@github.com:acme/x.git', 'https://github.com/acme/x'],
  ['ssh://git@git.example.org:2222/acme/x.git', 'https://git.example.org/acme/x'],
  ['http://user:secret@127.0.0.1:8000/x.git', 'http://127.0.0.1:8000/x.git'],
  ['/srv/git/x.git', undefined],
  ['file:///srv/git/x.git', undefined],
  ['../x', undefined],
  ['', undefined],
])('the remote %j is labelled %j', (remote, label) => {
  expect(webAddress(remote)).toBe(label)
})

test('labels of the user win, but the revision is the commit', () => {
  const commit = { id: 'a'.repeat(40), time: 0, changes: [] }
  const labels = imageLabels(
    { commit, source: undefined, version: 'v1', dockerfile: 'app/Dockerfile', context: 'app', buildArgs: {} },
    { 'org.opencontainers.image.version': 'mine' },
  )
  expect(labels).toEqual({
    'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
    'org.opencontainers.image.revision': 'a'.repeat(40),
    'org.opencontainers.image.version': 'mine',
    'dev.stovepipe.dockerfile': 'app/Dockerfile',
    'dev.stovepipe.context': 'app',
    'dev.stovepipe.build-args': expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  const forged = { 'org.opencontainers.image.revision': 'b' }
  expect(() =>
    imageLabels(
      { commit, source: undefined, version: 'v1', dockerfile: 'app/Dockerfile', context: 'app', buildArgs: {} },
      forged,
    ),
  ).toThrow(/^input "labels": .*cannot be set/)
})
