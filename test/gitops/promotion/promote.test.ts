import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { RepositoryUnreachableError } from '../../../gitops/repository/index.ts'
import { analysed, healthy, image, judged, kustomization, Stage, unreachable, usual, wave } from './stage.ts'

test('a good release goes from wave to wave, each step one commit', async () => {
  const stage = new Stage()
  const outcome = await stage.promote(1)
  expect(outcome).toMatchObject({ kind: 'promoted', app: 'app', release: { tag: 'v1' } })
  expect(stage.titles()).toEqual([
    'app: admit v1',
    'app: v1 to canary (canary)',
    'app: v1 in canary: canary: analysis 1 of 3',
    'app: v1 passed canary on canary',
    'app: v1 to primaries (primary-a)',
    'app: v1 passed primaries on primary-a',
    'app: v1 to primaries (primary-b)',
    'app: v1 passed primaries on primary-b',
  ])
  expect(outcome.commits.map(({ commit }) => commit)).toEqual(stage.git.log.map(({ id }) => id))
  expect(outcome.waves).toEqual([
    { wave: 'canary', clusters: [{ cluster: 'canary', pinned: true, accepted: true }] },
    {
      wave: 'primaries',
      clusters: [
        { cluster: 'primary-a', pinned: true, accepted: true },
        { cluster: 'primary-b', pinned: true, accepted: true },
      ],
    },
  ])
})

test('only the values of the pin change in a manifest', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const path = 'apps/app/clusters/primary-b/kustomization.yaml'
  expect(stage.git.head().read(path)).toBe(kustomization(1))
})

test('running it again changes nothing and says so', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const before = stage.git.head().commit
  expect(await stage.promote(1)).toMatchObject({ kind: 'nothing-to-do', reason: expect.stringContaining('on every') })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(stage.git.head().commit).toBe(before)
})

test('a release that fails its analysis goes back everywhere, is refused from then on, and reaches no primary', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Failed', { message: '5% errors' })
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back', reason: expect.stringContaining('5% errors') })
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
  const revert = stage.git.log.find(({ message }) => message.includes('roll back'))
  expect(revert?.changed).toEqual([
    'apps/app/clusters/canary/kustomization.yaml',
    'apps/app/quarantine.yaml',
    'apps/app/release.yaml',
  ])
  expect(await stage.promote(1)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('5% errors') })
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
})

test('a release found bad on the last primary goes back on all clusters, in one commit', async () => {
  const stage = new Stage()
  stage.health = (cluster, version) =>
    cluster === 'primary-b' && version === 'v1'
      ? { kind: 'degraded', reason: 'CrashLoopBackOff', syncedAt: stage.clock.now() }
      : { kind: 'healthy', replicas: 1, provesSync: true, detail: '' }
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
  expect(stage.titles().filter(title => title.includes('roll back'))).toEqual([
    'app: roll back v1 on canary, primary-a, primary-b',
  ])
})

test('a change of base/ alone travels the same way, and fails alone: the image stays good', async () => {
  const stage = new Stage()
  await stage.promote(1)
  stage.setBase(1)
  stage.verdict = () => judged('Failed')
  expect(stage.pins()).toMatchObject({ canary: 'v1' })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v1' })
  stage.setBase(2)
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toMatchObject({ canary: 'v1 setting 2', 'primary-b': 'v1 setting 2' })
})

test('a setting that is taken back travels too', async () => {
  const stage = new Stage()
  await stage.promote(1)
  for (const setting of [1, 0]) {
    stage.setBase(setting)
    expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted' })
  }
  expect(stage.pins()).toMatchObject({ canary: 'v1', 'primary-b': 'v1' })
})

test('the first release makes the folders; without a predecessor nothing can be restored, and a fix is admitted', async () => {
  const stage = new Stage({ before: -1 })
  stage.verdict = (_, version) => judged(version === 'v1' ? 'Failed' : 'Successful')
  const outcome = await stage.promote(1)
  expect(outcome).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('nothing was accepted before') })
  expect(stage.pins()).toEqual({ canary: 'v1' })
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual({ canary: 'v2', 'primary-a': 'v2', 'primary-b': 'v2' })
})

test('killed anywhere, the next run finishes', async () => {
  const whole = new Stage()
  await whole.promote(1)
  for (let writes = 0; writes < whole.titles().length; writes++) {
    const stage = new Stage()
    let left = writes
    stage.beforeWrite = () => {
      if (left-- === 0) throw new Error('killed')
    }
    await expect(stage.promote(1)).rejects.toThrow('killed')
    stage.beforeWrite = () => {}
    expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
    expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v1' })
  }
})

test('an analysis that is killed has counted; the third one without a verdict holds the release', async () => {
  const stage = new Stage()
  for (const _ of [1, 2, 3]) {
    const cancel = new AbortController()
    const run = stage.promote(1, { signal: cancel.signal })
    stage.clock.at(stage.clock.now() + 30_000, () => cancel.abort(new Error('the job was cancelled')))
    await expect(run).rejects.toThrow('the job was cancelled')
  }
  expect(stage.analyses).toHaveLength(3)
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('after 3 analyses') })
  expect(stage.pins()).toMatchObject({ canary: 'v1', 'primary-a': 'v0' })
  expect(stage.state().quarantine).toEqual([])
})

test('an analysis that cannot measure costs nothing, in this run or the next, until the deadline', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Error', { message: 'connection refused' })
  for (const _ of [1, 2, 3, 4]) {
    const outcome = await stage.promote(1, { until: stage.clock.now() + 300_000 })
    expect(outcome).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('connection refused') })
  }
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test.each([
  ['hold', 'blocked', 'v1'],
  ['rollback', 'rolled-back', 'v0'],
] as const)('at the deadline, onTimeout: %s ends as %s with %s on the canary', async (onTimeout, kind, pinned) => {
  const stage = new Stage({ settings: `onTimeout: ${onTimeout}, ` })
  stage.verdict = () => judged('Successful', { requests: 99 })
  const began = stage.clock.now()
  expect(await stage.promote(1)).toMatchObject({ kind, reason: expect.stringContaining('99 requests seen') })
  expect(stage.clock.now() - began).toBeGreaterThanOrEqual(3_600_000)
  expect(stage.pins()).toMatchObject({ canary: pinned })
  expect(stage.state().quarantine).toEqual([])
})

test('a soak of a day needs no job of a day', async () => {
  const day = wave('canary', 'role: canary', '{ healthy: {}, soak: 24h, deadline: 48h }')
  const stage = new Stage({ waves: [day, ...usual.slice(1)] })
  const began = stage.clock.now()
  const outcome = await stage.promote(1, { until: began + 3_600_000 })
  expect(outcome).toMatchObject({ kind: 'waiting', notBefore: began + 24 * 3_600_000 })
  expect(stage.clock.now() - began).toBeLessThan(60_000)
  stage.clock.advance(24 * 3_600_000)
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('what was healthy in time and breaks for a moment long after is not judged by the time of its start', async () => {
  const stage = new Stage()
  stage.analysisTakes = 3_000_000
  const began = stage.clock.now()
  stage.health = cluster => {
    const minutes = (stage.clock.now() - began) / 60_000
    if (cluster === 'canary' && minutes > 20 && minutes < 22) {
      return { kind: 'progressing', reason: 'a pod restarts', syncedAt: began }
    }
    return { kind: 'healthy', replicas: 1, provesSync: true, detail: '' }
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('what waits for a person is no verdict, and has its time from when it goes on', async () => {
  const stage = new Stage()
  const began = stage.clock.now()
  stage.health = cluster => {
    const minutes = (stage.clock.now() - began) / 60_000
    if (cluster !== 'canary' || minutes > 24) return { kind: 'healthy', replicas: 1, provesSync: true, detail: '' }
    if (minutes < 1 || minutes > 20) return { kind: 'progressing', reason: 'updating', syncedAt: began }
    return { kind: 'undecided', reason: 'paused by an inconclusive analysis' }
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('what nobody decides ends at the deadline, and is not refused', async () => {
  const stage = new Stage()
  stage.health = cluster =>
    cluster === 'canary'
      ? { kind: 'undecided', reason: 'paused by an inconclusive analysis' }
      : { kind: 'healthy', replicas: 1, provesSync: true, detail: '' }
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('inconclusive') })
  expect(stage.state().record.current).toMatchObject({ phase: 'held' })
  expect(stage.state().quarantine).toEqual([])
})

test('a lost race is derived again: both changes are there', async () => {
  const stage = new Stage()
  const path = 'apps/app/clusters/primary-a/kustomization.yaml'
  stage.beforeWrite = message => {
    if (!message.includes('to primaries (primary-a)')) return
    stage.beforeWrite = () => {}
    stage.commit([{ path, text: `# mind the gap\n${kustomization(0)}` }])
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  expect(stage.git.head().read(path)).toBe(`# mind the gap\n${kustomization(1)}`)
})

test('a pin that someone edited blocks, is left alone, and the message names the commit', async () => {
  const stage = new Stage()
  const path = 'apps/app/clusters/primary-a/kustomization.yaml'
  stage.beforeWrite = message => {
    if (!message.includes('passed canary')) return
    stage.beforeWrite = () => {}
    stage.commit([{ path, text: kustomization(7) }])
  }
  const outcome = await stage.promote(1)
  expect(outcome).toMatchObject({
    kind: 'blocked',
    reason: expect.stringMatching(/holds v7 .* by Ada in [0-9a-f]{10}$/),
  })
  expect(stage.pins()).toMatchObject({ canary: 'v1', 'primary-a': 'v7', 'primary-b': 'v0' })
})

test('a newer release takes over between waves; the older run says so', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('passed canary')) return
    stage.beforeWrite = () => {}
    return stage.promote(2, { admitOnly: true })
  }
  const outcome = await stage.promote(1)
  expect(outcome).toMatchObject({ kind: 'superseded', reason: expect.stringContaining('v2') })
  expect(stage.pins()).toMatchObject({ canary: 'v2', 'primary-a': 'v0' })
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
})

test('of two runs that carry the same release, one analyses and both see it promoted', async () => {
  const stage = new Stage()
  const outcomes = await Promise.all([stage.promote(1), stage.promote(1)])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['promoted', 'promoted'])
  expect(stage.analyses).toEqual(['app v1 on canary'])
})

test('admission alone writes next and nothing else; an old job that runs again is superseded', async () => {
  const stage = new Stage()
  expect(await stage.promote(2, { admitOnly: true })).toMatchObject({ kind: 'waiting' })
  expect(stage.git.log.map(({ changed }) => changed)).toEqual([['apps/app/release.yaml']])
  expect(await stage.promote(1)).toMatchObject({ kind: 'superseded', reason: expect.stringContaining('v2') })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted', release: { tag: 'v2' } })
  expect(await stage.promote(1, { redeploy: true })).toMatchObject({ kind: 'promoted', release: { tag: 'v1' } })
})

test('a dry run says what it would write and writes nothing', async () => {
  const stage = new Stage()
  const reason = expect.stringContaining('would admit v1')
  expect(await stage.promote(1, { dryRun: true })).toMatchObject({ kind: 'nothing-to-do', reason })
  expect(stage.git.log).toEqual([])
})

test('an outage while pushing is waited out, also when the write had happened', async () => {
  const stage = new Stage()
  const ports = stage.ports()
  let calls = 0
  const repository = {
    ...ports.repository,
    write: async (write: Parameters<typeof ports.repository.write>[0]) => {
      calls += 1
      if (calls % 2 === 0) throw unreachable()
      const result = await ports.repository.write(write)
      if (calls % 3 === 0) throw unreachable()
      return result
    },
  }
  expect(await stage.promote(1, {}, { repository })).toMatchObject({ kind: 'promoted' })
})

test('a repository that cannot be reached at first is said so soon, one that goes away later after ten minutes', async () => {
  const stage = new Stage()
  const { repository } = stage.ports()
  const began = stage.clock.now()
  const gone = { ...repository, head: () => Promise.reject(unreachable()) }
  await expect(stage.promote(1, {}, { repository: gone })).rejects.toThrow(RepositoryUnreachableError)
  expect(stage.clock.now() - began).toBeLessThan(10_000)
  const deaf = { ...repository, write: () => Promise.reject(unreachable()) }
  await expect(stage.promote(1, {}, { repository: deaf })).rejects.toThrow(RepositoryUnreachableError)
  expect(stage.clock.now() - began).toBeGreaterThan(600_000)
})

test('a mistake in the configuration is a ConfigurationError with its place, and nothing is written', async () => {
  const stage = new Stage()
  await expect(stage.promote(1, { app: 'ap' })).rejects.toThrow(/no such app \(found "ap"\)\. apps\/ has app/)
  stage.commit([{ path: 'apps/app/release.yaml', text: 'kind: Release\nspec: { clusters: [] }\n' }])
  await expect(stage.promote(1)).rejects.toThrow(ConfigurationError)
  await expect(stage.promote(1)).rejects.toThrow(/^apps\/app\/release\.yaml:\d+:\d+: /)
  expect(stage.titles()).toEqual([])
})

test('a judge that refuses its templates ends the run with that error', async () => {
  const stage = new Stage()
  const fault = new ConfigurationError({ problem: 'there is no template golden', place: { file: 'analysis' } })
  const judge = { judge: () => Promise.reject(fault) }
  await expect(stage.promote(1, {}, { judge })).rejects.toBe(fault)
})

test('a mistake in a template costs no attempt, however many runs end on it', async () => {
  const stage = new Stage()
  const fault = new ConfigurationError({ problem: 'there is no template golden', place: { file: 'analysis' } })
  const judge = { judge: () => Promise.reject(fault) }
  for (const _ of [1, 2, 3, 4]) {
    await expect(stage.promote(1, {}, { judge })).rejects.toBe(fault)
    expect(stage.state().record.clusters.canary?.gate).toMatchObject({ attempts: 0 })
    expect(stage.state().record.clusters.canary?.gate).not.toHaveProperty('running')
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('an observer that is not let in costs no attempt of the analysis beside it', async () => {
  const stage = new Stage()
  const fault = new ConfigurationError({ problem: 'it does not let us look', place: { input: 'argocd-token' } })
  const before = stage.health
  for (const _ of [1, 2, 3, 4]) {
    const began = stage.clock.now()
    stage.health = () => {
      if (stage.clock.now() - began > 20_000) throw fault
      return healthy
    }
    await expect(stage.promote(1)).rejects.toBe(fault)
  }
  expect(stage.analyses).toHaveLength(4)
  stage.health = before
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('an inconclusive analysis has counted all the same when a fault ends the run later', async () => {
  const stage = new Stage()
  const fault = new ConfigurationError({ problem: 'there is no template golden', place: { file: 'analysis' } })
  let played = 0
  const judge = {
    judge: async () => {
      if (played++ > 0) throw fault
      return judged('Inconclusive')
    },
  }
  await expect(stage.promote(1, {}, { judge })).rejects.toBe(fault)
  expect(stage.state().record.clusters.canary?.gate).toMatchObject({ attempts: 1 })
})

test('where the attempt cannot be given back, the fault is told all the same', async () => {
  const stage = new Stage()
  const fault = new ConfigurationError({ problem: 'there is no template golden', place: { file: 'analysis' } })
  const judge = { judge: () => Promise.reject(fault) }
  stage.beforeWrite = message => {
    if (message.includes('could not be measured')) throw new Error('the token has expired')
  }
  await expect(stage.promote(1, {}, { judge })).rejects.toBe(fault)
})

test('what an analysis is told cannot be mistaken: the canary, its release, and what was stable before', async () => {
  const stage = new Stage({ waves: [wave('canary', 'role: canary', analysed), ...usual.slice(1)] })
  const asked: unknown[] = []
  const judge = {
    judge: async (query: { reserved: unknown }) => {
      asked.push(query.reserved)
      return judged('Successful')
    },
  }
  await stage.promote(1, {}, { judge })
  expect(asked).toEqual([
    {
      cluster: 'canary',
      role: 'canary',
      track: 'canary',
      tag: 'v1',
      digest: image(1).digest,
      'stable-digest': image(0).digest,
      'started-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  ])
})
