import { expect, test } from '@jest/globals'
import { type Choice, type Decided, resume, rollback } from '../../../gitops/promotion/index.ts'
import { healthy, image, kustomization, Stage, usualClusters } from './stage.ts'

const ada = (stage: Stage) => ({ by: 'Ada', reason: 'it hurts', at: stage.clock.now(), run: 'cli' })
const decide = (stage: Stage, decided: Decided): Decided => {
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
  return decided
}
const back = (stage: Stage, choice: Choice, refuse = false) =>
  decide(stage, rollback(stage.git.head(), 'app', { ...ada(stage), ...choice, refuse }))
const goOn = (stage: Stage) => decide(stage, resume(stage.git.head(), 'app', ada(stage)))

/** v1, v2 and v3 were promoted everywhere, one after the other. */
async function promoted(versions = 3): Promise<Stage> {
  const stage = new Stage()
  for (let version = 1; version <= versions; version += 1) await stage.promote(version)
  return stage
}
const all = (version: string) => ({ canary: version, 'primary-a': version, 'primary-b': version })

test.each([
  ['its tag', 'v1'],
  ['its digest', image(1).digest],
])('a release named by %s comes back everywhere, past those between', async (_, to) => {
  const stage = await promoted()
  back(stage, { to })
  expect(stage.pins()).toEqual(all('v1'))
  expect(stage.git.log.at(-1)?.message).toMatch(/^app: roll back v3 .* on canary, primary-a, primary-b to v1\.\w{7}\n/)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'suspended' })
  expect(stage.state().record.current).toMatchObject({ phase: 'rolled-back', release: { tag: 'v3' } })
  goOn(stage)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(stage.pins()).toEqual(all('v1'))
})

test('on a chosen cluster only: the others keep what they have, and the record says so', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  expect(stage.pins()).toEqual({ ...all('v3'), 'primary-a': 'v2' })
  await stage.promote(undefined)
  expect(stage.state().record.current).toMatchObject({
    phase: 'rolled-back',
    reason: 'Ada: it hurts (only there: canary, primary-b as before)',
    rollback: { clusters: ['primary-a'], kept: ['canary', 'primary-b'] },
  })
  expect(stage.titles().at(-1)).toBe('app: v3 is rolled back on primary-a')
})

test('promotions do not undo it, suspended or resumed, nor when the same image is offered again', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'], to: 'v1' })
  const two = { ...all('v3'), 'primary-a': 'v1' }
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'suspended' })
  expect(stage.pins()).toEqual(two)
  goOn(stage)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(await stage.promote(3)).toMatchObject({ kind: 'rolled-back' })
  expect(await stage.promote(2)).toMatchObject({ kind: 'superseded' })
  expect(stage.pins()).toEqual(two)
})

test('a newer release makes the fleet one again; failing, each cluster gets back what it had', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  goOn(stage)
  stage.health = (cluster, version) =>
    version === 'v4' && cluster === 'primary-b' ? { kind: 'aborted', reason: 'bad' } : healthy
  expect(await stage.promote(4)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ ...all('v3'), 'primary-a': 'v2' })
  expect(await stage.promote(5)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual(all('v5'))
})

test('the release comes back to the cluster by redeployment, through the gates', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  goOn(stage)
  expect(await stage.promote(3, { redeploy: true })).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual(all('v3'))
})

test('what waits to come again on a cluster that it was taken from does not start with resume', async () => {
  const stage = await promoted()
  await stage.promote(3, { redeploy: true, admitOnly: true })
  back(stage, { clusters: ['primary-a'] })
  goOn(stage)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ ...all('v3'), 'primary-a': 'v2' })
})

test('more clusters can follow, one of them further back, and at last the rest', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  back(stage, { clusters: ['primary-a'], to: 'v0' })
  expect(stage.pins()).toEqual({ ...all('v3'), 'primary-a': 'v0' })
  back(stage, {})
  expect(stage.pins()).toEqual({ ...all('v2'), 'primary-a': 'v0' })
  expect(back(stage, {})).toMatchObject({ kind: 'nothing', stop: { reason: expect.stringContaining('already') } })
})

test('after a rollback everywhere one can go further back', async () => {
  const stage = await promoted()
  back(stage, {})
  back(stage, { to: 'v1' })
  expect(stage.pins()).toEqual(all('v1'))
})

test('what was never accepted on a cluster is refused, with what can be named there; nothing is written', async () => {
  const stage = await promoted(2)
  const before = stage.git.head().commit
  expect(back(stage, { to: 'v7' })).toMatchObject({
    kind: 'nothing',
    stop: {
      kind: 'refused',
      reason: 'v7 was not accepted before on canary, primary-a, primary-b',
      cure: expect.stringMatching(/on canary v1\.\w{7}, v0\.\w{7}; on primary-a v1\.\w{7}, v0\.\w{7}; on primary-b/),
    },
  })
  expect(stage.git.head().commit).toBe(before)
})

test('a release that was only under way on a cluster cannot be named there', async () => {
  const stage = new Stage()
  stage.health = (_, version) => (version === 'v1' ? { kind: 'aborted', reason: 'bad' } : healthy)
  await stage.promote(1)
  expect(back(stage, { to: 'v1' })).toMatchObject({ stop: { kind: 'refused' } })
  expect(stage.pins()).toEqual(all('v0'))
})

test('what is in quarantine cannot be named, and why is said', async () => {
  const stage = await promoted()
  back(stage, {}, true)
  goOn(stage)
  await stage.promote(4)
  const stop = { kind: 'refused', reason: expect.stringContaining('v3 was not accepted before') }
  expect(back(stage, { to: 'v3' })).toMatchObject({ stop })
  back(stage, { to: 'v1', clusters: ['canary'] })
  expect(stage.pins()).toEqual({ ...all('v4'), canary: 'v1' })
})

test('an image that was accepted with two configurations must be named with one', async () => {
  const stage = await promoted(1)
  stage.setBase(1)
  await stage.promote(undefined)
  await stage.promote(2)
  const decided = back(stage, { to: 'v1' })
  expect(decided).toMatchObject({ stop: { kind: 'refused', reason: 'v1 names 2 releases' } })
  const [, name = ''] = /: (\S+), /.exec(decided.kind === 'nothing' ? (decided.stop.cure ?? '') : '') ?? []
  back(stage, { to: name })
  expect(new Set(Object.values(stage.pins())).size).toBe(1)
  expect(stage.pins().canary).toMatch(/^v1/)
})

test('two builds of one tag that were accepted must be told apart', async () => {
  const stage = await promoted(1)
  const digest = `sha256:7${'0'.repeat(63)}`
  await stage.promote(undefined, { offer: { ...image(1), digest }, redeploy: true })
  await stage.promote(2)
  const decided = back(stage, { to: 'v1' })
  expect(decided).toMatchObject({ stop: { kind: 'refused', reason: 'v1 names 2 releases' } })
  const names = /one of them: (\S+), (\S+)$/.exec(decided.kind === 'nothing' ? (decided.stop.cure ?? '') : '')
  expect(names?.[1]).toMatch(/^v1\.[0-9a-f]{7}\.700000000000$/)
  back(stage, { to: names?.[2] ?? '' })
  expect(stage.git.head().read('apps/app/clusters/canary/kustomization.yaml')).toContain(image(1).digest)
})

test('it wins over a promotion under way, whose release does not go on', async () => {
  const stage = await promoted(2)
  stage.beforeWrite = message => {
    if (!message.includes('v3') || !message.includes('to primaries')) return
    stage.beforeWrite = () => {}
    back(stage, { clusters: ['canary'], to: 'v1' })
  }
  expect(await stage.promote(3)).toMatchObject({ kind: 'suspended' })
  expect(stage.pins()).toEqual({ ...all('v2'), canary: 'v1' })
  goOn(stage)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(stage.pins()).toEqual({ ...all('v2'), canary: 'v1' })
})

test('a release under way that was on none of the chosen clusters waits, and goes on after resume', async () => {
  const stage = await promoted(2)
  stage.beforeWrite = message => {
    if (!message.includes('analysis 1')) return
    stage.beforeWrite = () => {}
    back(stage, { clusters: ['primary-b'] })
  }
  expect(await stage.promote(3)).toMatchObject({ kind: 'suspended' })
  expect(stage.pins()).toEqual({ canary: 'v3', 'primary-a': 'v2', 'primary-b': 'v1' })
  expect(stage.state().record).toMatchObject({ current: { release: { tag: 'v2' } }, next: { release: { tag: 'v3' } } })
  goOn(stage)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted', release: { tag: 'v3' } })
})

test('a pin that someone edited is not overwritten: chosen, it blocks; otherwise it stays', async () => {
  const stage = await promoted()
  stage.commit([{ path: 'apps/app/clusters/primary-a/kustomization.yaml', text: kustomization(9) }])
  expect(back(stage, { clusters: ['primary-a'] })).toMatchObject({ stop: { kind: 'blocked', editedPath: /primary-a/ } })
  back(stage, { to: 'v1' })
  expect(stage.pins()).toEqual({ ...all('v1'), 'primary-a': 'v9' })
})

test.each<[string, Choice, RegExp]>([
  [
    'a cluster that is not there',
    { clusters: ['nope'] },
    /input "clusters": there is no such cluster \(found "nope"\)/,
  ],
  ['a cluster that takes no rollbacks', { clusters: ['old'] }, /the cluster is inactive and takes no rollbacks/],
])('refuses %s', async (_, choice, message) => {
  const stage = new Stage({ clusters: { ...usualClusters, old: 'role: primary, state: inactive' } })
  await stage.promote(1)
  expect(() => back(stage, choice)).toThrow(message)
})

test('what stays on other clusters cannot be refused; everywhere, a named release can take its place', async () => {
  const stage = await promoted()
  expect(() => back(stage, { clusters: ['primary-a'] }, true)).toThrow(/stays on other clusters cannot be refused/)
  back(stage, { to: 'v1' }, true)
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v3' }])
})

test('a cluster that does not become healthy with what came back: the rollback has failed', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  stage.health = cluster =>
    cluster === 'primary-a' ? { kind: 'progressing', reason: 'no pod starts', syncedAt: 0 } : healthy
  await stage.promote(undefined)
  expect(stage.state().record.current).toMatchObject({
    phase: 'rollback-failed',
    rollback: { clusters: ['primary-a'], kept: ['canary', 'primary-b'] },
  })
})

test('a second rollback before the first was seen healthy: both are watched', async () => {
  const stage = await promoted()
  back(stage, { clusters: ['primary-a'] })
  back(stage, { clusters: ['primary-b'] })
  stage.health = cluster => (cluster === 'primary-a' ? { kind: 'progressing', reason: 'no pod starts' } : healthy)
  await stage.promote(undefined)
  expect(stage.state().record.current?.phase).toBe('rollback-failed')
})

test('ten releases back are known on each cluster, and no more', async () => {
  const stage = await promoted(12)
  expect(back(stage, { to: 'v2' })).toMatchObject({ stop: { kind: 'refused' } })
  back(stage, { to: 'v3' })
  expect(stage.pins()).toEqual(all('v3'))
})
