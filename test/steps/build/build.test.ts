import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type RunCommand, runCommand, silentLog, systemClock } from '../../../host/index.ts'
import { openRegistry, RegistryError } from '../../../images/index.ts'
import { BuildError, type BuildHost, type BuildInputs, build, parseBuildInputs } from '../../../steps/build/index.ts'
import { buildInputs } from '../../support/build-inputs.ts'
import { type BuildahRoom, buildahRoom, type RunningRegistry, startRegistry } from '../../support/registry/index.ts'

let registry: RunningRegistry
let room: BuildahRoom
let source: string

/** Git without the machine's settings, at a time that does not pass. */
const gitEnvironment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_AUTHOR_DATE: '2026-03-04T05:06:07+01:00',
  GIT_COMMITTER_DATE: '2026-03-04T05:06:07+01:00',
}

const run: RunCommand = (program, args, options) =>
  runCommand(program, args, { ...options, env: program === 'buildah' ? room.env : gitEnvironment })

async function git(...args: string[]): Promise<string> {
  const result = await run('git', args, { cwd: source })
  expect(result).toMatchObject({ code: 0 })
  return result.stdout.trim()
}

async function buildHere(inputs: Partial<BuildInputs> = {}, host: Partial<BuildHost> = {}) {
  const image = `${registry.host}/acme/coolkit`
  const request = await parseBuildInputs({ ...buildInputs, image, ...inputs }, { base: source, within: source })
  const signal = new AbortController().signal
  const usual = {
    run,
    fetch,
    clock: systemClock,
    log: silentLog,
    signal,
    temporary: tmpdir(),
    credentials: async () => new Map(),
  }
  return build(request, { ...usual, ...host })
}

beforeAll(async () => {
  registry = await startRegistry()
  room = await buildahRoom()
})
afterAll(async () => {
  await registry.stop()
  await room.remove()
})
beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), 'stovepipe-source-'))
  await writeFile(join(source, 'Dockerfile'), 'FROM scratch AS app\nARG WORD=none\nCOPY data /data\nENV WORD=${WORD}\n')
  await writeFile(join(source, 'data'), 'one\n')
  await git('init', '-q', '-b', 'main')
  await git('remote', 'add', 'origin', 'https://x-access-token:ghs_secret@github.com/acme/coolkit')
  await git('add', '.')
  await git('commit', '-q', '-m', 'one')
})
afterEach(() => rm(source, { recursive: true, force: true }))

test('builds, names the image after the commit, pushes, and reads the digest from the registry', async () => {
  const outcome = await buildHere()
  const commit = await git('rev-parse', 'HEAD')
  const tag = `sha-${commit.slice(0, 12)}`
  const repository = `${registry.host}/acme/coolkit`
  const resolved = await openRegistry({ fetch, log: silentLog }).resolve({ repository, tag })
  expect(outcome).toMatchObject({
    kind: 'pushed',
    image: `${repository}:${tag}@${resolved.digest}`,
    repository,
    tag,
    digest: resolved.digest,
    commit,
    builder: 'buildah',
    changes: 0,
  })
})

test('labels the image with its commit, source, time and version; no token of the remote gets in', async () => {
  const { repository, tag, commit } = await buildHere({ labels: 'team=heating\nodd=a=b "c" $(d)' })
  expect(await openRegistry({ fetch, log: silentLog }).labels({ repository, tag })).toMatchObject({
    'org.opencontainers.image.revision': commit,
    'org.opencontainers.image.source': 'https://github.com/acme/coolkit',
    'org.opencontainers.image.created': '2026-03-04T04:06:07Z',
    'org.opencontainers.image.version': tag,
    team: 'heating',
    odd: 'a=b "c" $(d)',
  })
})

test('the same commit built twice is the same image', async () => {
  const first = await buildHere({ tag: 'first' })
  const second = await buildHere({ tag: 'first' })
  expect(second.digest).toBe(first.digest)
  const other = await buildHere({ tag: 'other', 'build-args': 'WORD=another' })
  expect(other.digest).not.toBe(first.digest)
})

test('without a push there is no digest, and nothing in the registry', async () => {
  const { kind, image, digest } = await buildHere({ tag: 'local', push: 'false' })
  const repository = `${registry.host}/acme/coolkit`
  expect({ kind, image, digest }).toEqual({ kind: 'built', image: `${repository}:local`, digest: undefined })
  expect(await openRegistry({ fetch, log: silentLog }).exists({ repository, tag: 'local' })).toBe(false)
})

test('notes what is built but not committed', async () => {
  await appendFile(join(source, 'data'), 'two\n')
  await cp(join(source, 'data'), join(source, 'more'))
  const warnings: string[] = []
  const outcome = await buildHere({}, { log: { ...silentLog, warning: line => void warnings.push(line) } })
  expect(outcome.changes).toBe(2)
  expect(warnings).toEqual([expect.stringContaining('data, more')])
})

test('says what the Dockerfile did wrong', async () => {
  await writeFile(join(source, 'Dockerfile'), 'FROM scratch\nCOPY missing /\n')
  const failure = buildHere()
  await expect(failure).rejects.toThrow(BuildError)
  await expect(failure).rejects.toThrow(/^buildah bud ended with \d+: .*missing/)
})

test('a registry that is not there is said to be unreachable, with a cure', async () => {
  const failure = buildHere({ image: '127.0.0.1:1/acme/coolkit' })
  await expect(failure).rejects.toThrow(/buildah push ended with .*connection refused.*A registry cannot be reached/)
})

test('a tag that somebody else moved meanwhile is no success', async () => {
  const first = await buildHere({ tag: 'raced' })
  await writeFile(join(source, 'data'), 'two\n')
  const meanwhile: RunCommand = async (program, args, options) => {
    const result = await run(program, args, options)
    const file = args[args.indexOf('--digestfile') + 1]
    // As if this push had been followed by another one: the builder says another digest than the registry.
    if (args.includes('push') && file) await writeFile(file, first.digest ?? '')
    return result
  }
  const failure = buildHere({ tag: 'raced' }, { run: meanwhile })
  await expect(failure).rejects.toThrow(RegistryError)
  await expect(failure).rejects.toThrow(/Something else pushed the same tag/)
})

test('a context in no checkout is refused', async () => {
  await rm(join(source, '.git'), { recursive: true })
  await expect(buildHere()).rejects.toThrow(/input "context": .*in no checkout.*actions\/checkout/)
})

test('leaves no temporary folder behind, also when it fails', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  await buildHere({}, { temporary })
  await writeFile(join(source, 'Dockerfile'), 'FROM scratch\nCOPY missing /\n')
  await expect(buildHere({}, { temporary })).rejects.toThrow(BuildError)
  expect(await readdir(temporary)).toEqual([])
  await rm(temporary, { recursive: true })
})
