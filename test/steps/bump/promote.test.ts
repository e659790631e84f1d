import { expect, test } from '@jest/globals'
import { type Decided, rollback } from '../../../gitops/promotion/index.ts'
import { planBump } from '../../../steps/bump/plan.ts'
import { promise } from '../../../steps/bump/promise.ts'
import { image, kustomization, Stage, usual, usualClusters, wave } from '../../gitops/promotion/stage.ts'

const all = (version: string) => ({ canary: version, 'primary-a': version, 'primary-b': version })

/** Sets a pin as a person does, a minute later; gives what was refused. */
function bump(stage: Stage, version: number, clusters: string, override?: string) {
  stage.clock.advance(60_000)
  const { source: _tag, ...pin } = image(version)
  const asked = { app: 'app', image: pin, clusters: clusters.split(','), dryRun: false }
  const request = override === undefined ? asked : { ...asked, override }
  const plan = planBump(stage.git.head(), request, promise, stage.clock.now())
  if (plan.refused.length === 0 && plan.changes.length > 0) stage.commit(plan.changes, 'bump')
  return plan
}

function back(stage: Stage): Decided {
  const ada = { by: 'Ada', reason: 'it hurts', at: stage.clock.now(), run: 'cli', refuse: false }
  const decided = rollback(stage.git.head(), 'app', ada)
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
  return decided
}
const edit = (stage: Stage, cluster: string, version: number) =>
  stage.commit([{ path: `apps/app/clusters/${cluster}/kustomization.yaml`, text: kustomization(version) }])
const title = (decided: Decided) =>
  (decided.kind === 'write' ? decided.said : decided.stop.reason).replace(/ \(base \w+\)/g, '')

test('what promote has on record is not set without an override, so that no bump leaves a pin that blocks it', async () => {
  const stage = new Stage()
  await stage.promote(1)
  expect(bump(stage, 2, 'canary').refused).toMatchObject([{ cluster: 'canary' }])
  expect(await stage.promote(3)).toMatchObject({ kind: 'promoted' })
})

test('a pin that somebody edited blocks, and the cure that is named lets the release go on', async () => {
  const stage = new Stage()
  await stage.promote(1)
  edit(stage, 'canary', 7)
  expect(await stage.promote(2)).toMatchObject({
    kind: 'blocked',
    cure: expect.stringContaining('record it with bump'),
  })
  expect(bump(stage, 7, 'canary', 'it was me')).toMatchObject({ bumped: [], recorded: ['canary'] })
  expect(bump(stage, 7, 'canary', 'it was me').changes).toEqual([])
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual(all('v2'))
})

test.each(['*', 'primary-a'])(
  'a hotfix by override on %s stays until a newer release, and rollback takes it back',
  async where => {
    const stage = new Stage()
    await stage.promote(1)
    bump(stage, 9, where, 'the till is down')
    const fixed = stage.pins()
    expect(await stage.promote(undefined)).toMatchObject({
      kind: 'nothing-to-do',
      reason: expect.stringMatching(/^v1 .* was promoted; since then, by override, .*primary-a has v9/),
    })
    expect(stage.pins()).toEqual(fixed)
    expect(title(back(stage))).toMatch(/^roll back v9 on .*primary-a/)
    expect(stage.pins()).toEqual(all('v1'))
    await stage.promote(undefined)
    expect(stage.state().record.current).toMatchObject({ phase: 'rolled-back', release: { tag: 'v9' } })
    expect(title(back(stage))).toBe('v9 is rolled back already')
  },
)

test('a newer release goes over a hotfix, and what was under way then is what a rollback takes', async () => {
  const stage = new Stage()
  await stage.promote(1)
  bump(stage, 9, '*', 'the till is down')
  stage.clock.advance(60_000)
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
  expect(title(back(stage))).toBe('roll back v2 on canary, primary-a, primary-b')
  expect(stage.pins()).toEqual(all('v9'))
  expect(title(back(stage))).toBe('v2 is rolled back already')
})

test('a hotfix before anything was promoted goes back to what ran before the kit came', () => {
  const stage = new Stage()
  bump(stage, 9, '*', 'the till is down')
  expect(title(back(stage))).toBe('roll back v9 on canary, primary-a, primary-b')
  expect(stage.pins()).toEqual(all('v0'))
})

test('a rollback names the clusters whose pin somebody edited, and leaves them', async () => {
  const stage = new Stage({ clusters: { ...usualClusters, dev: 'state: active' } })
  await stage.promote(1)
  edit(stage, 'primary-b', 7)
  edit(stage, 'dev', 7) // in no wave, so nobody else writes there
  const decided = back(stage)
  expect(title(decided)).toBe('roll back v1 on canary, primary-a; edited by hand, and left as it is: primary-b')
  expect(decided.edited).toEqual(['primary-b'])
  expect(stage.pins()).toMatchObject({ ...all('v0'), 'primary-b': 'v7' })
  expect(stage.state().record.current?.reason).toBe('Ada: it hurts; edited by hand, and left as it is: primary-b')
  expect(back(stage)).toMatchObject({ kind: 'nothing', stop: { kind: 'nothing-to-do' }, edited: ['primary-b'] })
})

test('where nothing but edited pins could go, it is blocked, with the cure', async () => {
  const stage = new Stage({ waves: [wave('dev', 'matchLabels: { never: "1" }'), ...usual] })
  expect(back(stage)).toMatchObject({ stop: { kind: 'nothing-to-do', reason: 'nothing was ever promoted' } })
  await stage.promote(1, { admitOnly: true }) // adopts what runs
  for (const cluster of Object.keys(usualClusters)) edit(stage, cluster, 7)
  expect(back(stage)).toMatchObject({
    stop: {
      kind: 'blocked',
      reason: 'nothing was ever promoted; edited by hand, and left as it is: canary, primary-a, primary-b',
      cure: expect.stringContaining('override'),
    },
  })
  bump(stage, 7, '*', 'it was me')
  expect(title(back(stage))).toBe('roll back v7 on canary, primary-a, primary-b')
})
