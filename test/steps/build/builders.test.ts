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
  epoch: 1700000000,
  push: true,
}
const plain: BuildPlan = { ...plan, buildArgs: {}, labels: {}, push: false }

test('buildah: two commands, every value a word of its own', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest' }
  const words = '--file /w/Dockerfile --target release --build-arg|A=1 $(id)|--label team=heat --timestamp 1700000000'
  const build = words.split('|').flatMap((part, index) => (index === 1 ? [part] : part.split(' ')))
  expect(buildahCommands(plan, files)).toEqual([
    ['bud', ...build, '--tag', 'ghcr.io/acme/x:sha-1', '/w'],
    ['push', '--digestfile', '/t/digest', 'ghcr.io/acme/x:sha-1'],
  ])
})

test('buildah: a registry on loopback is named as one without TLS, verification is never switched off', () => {
  const files = { registries: '/t/registries.conf', digest: '/t/digest' }
  const [build, push] = buildahCommands({ ...plan, insecure: '127.0.0.1:5000' }, files)
  expect([build.slice(0, 3), push.slice(0, 3)]).toEqual([
    ['--registries-conf', '/t/registries.conf', 'bud'],
    ['--registries-conf', '/t/registries.conf', 'push'],
  ])
  expect([...build, ...push].join(' ')).not.toContain('tls-verify')
})

test('buildx: one command, without attestations, its digest in a file', () => {
  expect(buildxArguments(plan, '/t/metadata.json')).toEqual([
    ...['buildx', 'build', '--file', '/w/Dockerfile', '--target', 'release'],
    ...['--build-arg', 'A=1 $(id)', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--label', 'team=heat'],
    ...['--provenance=false', '--metadata-file', '/t/metadata.json', '--tag', 'ghcr.io/acme/x:sha-1', '--push', '/w'],
  ])
  expect(buildxArguments(plain, '/t/metadata.json')).toContain('--load')
  expect(buildxArguments(plain, '/t/metadata.json')).not.toContain('--push')
})

test('docker: a build and a push', () => {
  expect(dockerCommands(plan)).toEqual([
    ...[
      ['build', '--file', '/w/Dockerfile', '--target', 'release', '--build-arg', 'A=1 $(id)', '--label', 'team=heat'],
    ].map(words => [...words, '--tag', 'ghcr.io/acme/x:sha-1', '/w']),
    ['push', 'ghcr.io/acme/x:sha-1'],
  ])
})

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
  expect((await findBuilder(machine(answers))).name).toBe(name)
})

test('a builder that is named is the only one that is tried', async () => {
  expect((await findBuilder(machine({ ...buildxWorks, 'buildah --version': {} }), 'buildah')).name).toBe('buildah')
  await expect(findBuilder(machine({ ...buildxWorks, [version]: daemonDown }), 'docker')).rejects.toThrow(
    /^input "builder": the builder docker does not work on this machine \(docker: .*Cannot connect to the Docker daemon/,
  )
})

test('without any, each says why', async () => {
  await expect(findBuilder(machine({}))).rejects.toThrow(
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
    { commit, source: undefined, version: 'v1' },
    { 'org.opencontainers.image.version': 'mine' },
  )
  expect(labels).toEqual({
    'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
    'org.opencontainers.image.revision': 'a'.repeat(40),
    'org.opencontainers.image.version': 'mine',
  })
  const forged = { 'org.opencontainers.image.revision': 'b' }
  expect(() => imageLabels({ commit, source: undefined, version: 'v1' }, forged)).toThrow(
    /^input "labels": .*cannot be set/,
  )
})
