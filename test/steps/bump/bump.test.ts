import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openRepository } from '../../../gitops/repository/index.ts'
import { runCommand, silentLog, systemClock } from '../../../host/index.ts'
import { type BumpPorts, bump } from '../../../steps/bump/index.ts'
import { type BareRepository, createRepository, type GitServer, startGitServer } from '../../support/git/index.ts'
import { fleet, image, newDigest, noGuard, pinned, pipeline, request } from './world.ts'

type World = { bare: BareRepository; server: GitServer; ports: BumpPorts }

/** A GitOps repository behind a real Git server, for as long as `use` takes. */
async function inWorld(files: Readonly<Record<string, string>>, use: (world: World) => Promise<void>): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const bare = await createRepository(join(temporary, 'gitops.git'), files)
  const server = await startGitServer(temporary)
  const repository = await openRepository(
    {
      repository: `${server.url}/gitops.git`,
      branch: 'main',
      directory: '.',
      committer: { name: 'Stovepipe', email: 'stovepipe@example.com' },
    },
    { run: runCommand, clock: systemClock, log: silentLog, environment: { PATH: process.env.PATH }, temporary },
  )
  try {
    const ports = {
      repository,
      clock: systemClock,
      log: silentLog,
      guard: noGuard,
      run: 'https://ci/1',
      jitter: () => 0,
    }
    await use({ bare, server, ports })
  } finally {
    await repository.close()
    await server.close()
    await rm(temporary, { recursive: true, force: true })
  }
}

const pinOf = (cluster: string) => `apps/app/clusters/${cluster}/kustomization.yaml`
const bumpedPin = pinned('sha-0123456789ab', newDigest)

test('one commit sets every pin, with trailers; the second run changes nothing and says so', () =>
  inWorld({ ...fleet, ...pipeline }, async ({ bare, ports }) => {
    const first = await bump(request({ clusters: 'dev, role=canary' }), ports)
    expect(first).toMatchObject({ kind: 'written', commit: await bare.head() })
    expect(first.files).toEqual([
      pinOf('dev'),
      'apps/app/clusters/dev/base',
      pinOf('prod-a'),
      'apps/app/clusters/prod-a/base',
    ])
    const [commit] = await bare.log()
    expect(commit?.subject).toBe('Set app to sha-0123456789ab on dev, prod-a')
    expect(commit?.body).toBe(
      `Stovepipe-App: app\nStovepipe-Image: ${image}\nStovepipe-Clusters: dev, prod-a\nStovepipe-Run: https://ci/1`,
    )
    expect(await bare.read(pinOf('dev'))).toBe(bumpedPin)
    expect(await bare.read(pinOf('prod-b'))).toBe(fleet[pinOf('prod-b')])
    const [base, copy] = (await bare.git('rev-parse', 'main:apps/app/base', 'main:apps/app/clusters/dev/base')).split(
      '\n',
    )
    expect(copy).toBe(base)

    const second = await bump(request({ clusters: 'dev, role=canary' }), ports)
    expect(second).toMatchObject({ kind: 'unchanged', commit: first.commit, unchanged: ['dev', 'prod-a'], files: [] })
    expect(await bare.head()).toBe(first.commit)
  }))

test('a lost race derives the edit again: what somebody else changed in the same file stays', () =>
  inWorld(fleet, async ({ bare, server, ports }) => {
    const theirs = (fleet[pinOf('dev')] ?? '').replace('# set by the kit', '# edited meanwhile')
    let races = 0
    server.hooks.before = async kind => {
      if (kind === 'push' && races++ === 0) await bare.commit({ [pinOf('dev')]: theirs, 'other.txt': 'theirs' })
    }
    const { kind } = await bump(request(), ports)
    expect(kind).toBe('written')
    expect(await bare.read(pinOf('dev'))).toBe(bumpedPin.replace('# set by the kit', '# edited meanwhile'))
    expect(await bare.read('other.txt')).toBe('theirs')
    expect(await bare.log()).toHaveLength(3)
  }))

test('a race lost to the same change ends as unchanged', () =>
  inWorld(fleet, async ({ bare, server, ports }) => {
    let races = 0
    server.hooks.before = async kind => {
      if (kind === 'push' && races++ === 0) await bare.commit({ [pinOf('dev')]: bumpedPin })
    }
    expect(await bump(request(), ports)).toMatchObject({ kind: 'unchanged', commit: await bare.head() })
    expect(await bare.log()).toHaveLength(2)
  }))

test('what is refused at the new head is not written, though it was not refused before', () =>
  inWorld(fleet, async ({ bare, server, ports }) => {
    const guard = {
      ...noGuard,
      refusal: ({ tree }: { tree: { read(path: string): unknown } }) => (tree.read('stop') ? 'stopped' : undefined),
    }
    server.hooks.before = async kind => {
      if (kind === 'push') await bare.commit({ stop: 'x' })
    }
    const result = await bump(request(), { ...ports, guard })
    expect(result).toMatchObject({ kind: 'refused', refused: [{ cluster: 'dev', reason: 'stopped' }] })
    expect(await bare.read(pinOf('dev'))).toBe(fleet[pinOf('dev')])
  }))

test('a dry run shows the change and writes nothing', () =>
  inWorld(fleet, async ({ bare, server, ports }) => {
    const before = await bare.head()
    const result = await bump(request({ 'dry-run': 'true' }), ports)
    expect(result).toMatchObject({ kind: 'planned', commit: before, files: [pinOf('dev')] })
    expect(result.diff).toContain('+    newTag: sha-0123456789ab')
    expect(await bare.head()).toBe(before)
    expect(server.counts.push).toBe(0)
  }))

test('an override and a message of its own are in the commit, and neither can forge a trailer line', () =>
  inWorld(fleet, async ({ bare, ports }) => {
    await bump(request({ override: 'hotfix\nStovepipe-App: other', message: 'Hotfix\n\nIt burns.' }), ports)
    const [commit] = await bare.log()
    expect(commit?.subject).toBe('Hotfix')
    expect(commit?.body).toBe(
      `It burns.\n\nStovepipe-App: app\nStovepipe-Image: ${image}\nStovepipe-Clusters: dev\n` +
        'Stovepipe-Override: hotfix Stovepipe-App: other\nStovepipe-Run: https://ci/1',
    )
  }))

test('a server that is down is an error after a few tries, and nothing is written', () =>
  inWorld(fleet, async ({ bare, server, ports }) => {
    const before = await bare.head()
    server.hooks.status = () => 503
    await expect(bump(request(), ports)).rejects.toMatchObject({ name: 'RepositoryUnreachableError' })
    expect(await bare.head()).toBe(before)
  }))
