import { expect, test } from '@jest/globals'
import { resume, rollback } from '../../../gitops/promotion/index.ts'
import { analysed, healthy, judged, kustomization, Stage, usual, usualClusters, wave } from './stage.ts'

const joining = (role: string) => ({ ...usualClusters, newcomer: `role: ${role}, state: joining` })
const state = (stage: Stage, cluster: string) =>
  stage.state().fleet.clusters.find(({ name }) => name === cluster)?.state

test.each([
  [
    'the fleet has no active canary',
    { ...usualClusters, canary: 'role: canary, state: draining' },
    usual,
    'wave canary selects no active cluster',
  ],
  ['no wave selects the canary', usualClusters, usual.slice(1), 'has not passed on canary canary'],
  ['the primaries come first', usualClusters, usual.toReversed(), 'has not passed on canary canary'],
  [
    'a second canary is in no wave',
    { ...usualClusters, 'canary-2': 'role: canary, state: active' },
    [wave('canary', 'matchLabels: { zone: a }'), ...usual.slice(1)],
    'selects no active cluster',
  ],
] as const)('no primary is written while %s', async (_, clusters, waves, reason) => {
  const stage = new Stage({ clusters, waves })
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked', reason: expect.stringContaining(reason) })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0', 'primary-b': 'v0' })
})

test('every canary must pass', async () => {
  const stage = new Stage({ clusters: { ...usualClusters, 'canary-2': 'role: canary, state: active' } })
  stage.verdict = cluster => judged(cluster === 'canary-2' ? 'Failed' : 'Successful')
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.analyses.toSorted()).toEqual(['app v1 on canary', 'app v1 on canary-2'])
  expect(stage.pins()).toEqual({ canary: 'v0', 'canary-2': 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
})

test('in a wave that mixes roles the canaries go first', async () => {
  const stage = new Stage({ waves: [wave('all', 'matchLabels: {}', analysed)] })
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  expect(stage.titles().filter(title => title.includes(' to all'))).toEqual([
    'app: v1 to all (canary)',
    'app: v1 to all (primary-a, primary-b)',
  ])
})

test('evidence is gone once the canary holds something else', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('to primaries')) return
    stage.beforeWrite = () => {}
    stage.commit([{ path: 'apps/app/clusters/canary/kustomization.yaml', text: kustomization(7) }])
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('clusters/canary') })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
})

test('no replica is healthy, and never enough for an analysis', async () => {
  const stage = new Stage()
  stage.health = () => ({ kind: 'scaled-to-zero', provesSync: true, detail: '' })
  expect(await stage.promote(1)).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('nothing to analyse'),
  })
  expect(stage.analyses).toEqual([])
})

test('a joining primary gets what all primaries have accepted, and becomes active by health alone', async () => {
  const stage = new Stage({ clusters: joining('primary'), before: -1 })
  await stage.promote(1)
  expect(stage.titles().slice(-2)).toEqual(['app: v1 to newcomer, which joins', 'app: newcomer joined with v1'])
  expect(stage.pins()).toMatchObject({ newcomer: 'v1' })
  expect(state(stage, 'newcomer')).toBe('active')
  expect(stage.git.head().read('clusters/newcomer.yaml')).toContain('spec: { role: primary, state: active }')
})

test('a joining primary gets nothing while the primaries differ', async () => {
  const stage = new Stage({ clusters: joining('primary'), before: -1 })
  stage.verdict = () => judged('Inconclusive')
  await stage.promote(1)
  await stage.promote(undefined)
  expect(stage.pins()).not.toHaveProperty('newcomer')
  expect(state(stage, 'newcomer')).toBe('joining')
})

test('a release that a joining cluster never accepted can be rolled back everywhere else, and it joins with the other', async () => {
  const stage = new Stage({ clusters: joining('primary'), before: 0 })
  stage.commit([{ path: 'apps/app/clusters/newcomer', remove: true }])
  stage.health = cluster => (cluster === 'newcomer' ? { kind: 'progressing', reason: 'no replica is ready' } : healthy)
  await stage.promote(1)
  await stage.promote(undefined)
  expect(stage.pins()).toMatchObject({ newcomer: 'v1', 'primary-a': 'v1' })
  const person = { by: 'Ada', reason: 'errors at the till', at: stage.clock.now(), run: 'cli', refuse: true }
  const decided = rollback(stage.git.head(), 'app', person)
  if (decided.kind === 'write') stage.commit(decided.write.changes)
  stage.health = () => healthy
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'suspended' })
  expect(stage.state().record.current).toMatchObject({ phase: 'rolled-back' })
  const resumed = resume(stage.git.head(), 'app', person)
  if (resumed.kind === 'write') stage.commit(resumed.write.changes)
  await stage.promote(undefined)
  expect(stage.pins()).toMatchObject({ newcomer: 'v0', 'primary-a': 'v0' })
  expect(state(stage, 'newcomer')).toBe('active')
})

test('a joining cluster waits for every app that has a release for it', async () => {
  const stage = new Stage({ apps: ['app', 'other'], before: -1 })
  await stage.promote(1)
  await stage.promote(1, { app: 'other' })
  const text = (stage.git.head().read('clusters/primary-a.yaml') ?? '').replace('primary-a', 'newcomer')
  stage.commit([{ path: 'clusters/newcomer.yaml', text: text.replace('active', 'joining') }])
  await stage.promote(undefined)
  expect(state(stage, 'newcomer')).toBe('joining')
  await stage.promote(undefined, { app: 'other' })
  expect(state(stage, 'newcomer')).toBe('active')
})

test('a canary that joined has given no evidence: the next release must pass on it', async () => {
  const stage = new Stage({ clusters: joining('canary'), before: -1 })
  await stage.promote(1)
  await stage.promote(undefined)
  expect(state(stage, 'newcomer')).toBe('active')
  stage.analyses = []
  await stage.promote(2)
  expect(stage.analyses.toSorted()).toEqual(['app v2 on canary', 'app v2 on newcomer'])
})

test('a draining cluster gets no release, and is brought back by a rollback', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('to primaries (primary-b)')) return
    stage.beforeWrite = () => {}
    const text = stage.git.head().read('clusters/primary-a.yaml') ?? ''
    stage.commit([{ path: 'clusters/primary-a.yaml', text: text.replace('active', 'draining') }])
  }
  stage.health = cluster =>
    cluster === 'primary-b' && stage.pins()['primary-b'] === 'v1'
      ? { kind: 'aborted', reason: 'the Rollout was aborted' }
      : { kind: 'healthy', replicas: 1, provesSync: true, detail: '' }
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
})

test('a cluster that becomes active after the promotion gets the release with the next run', async () => {
  const stage = new Stage({ clusters: { ...usualClusters, 'primary-c': 'role: primary, state: inactive' } })
  await stage.promote(1)
  expect(stage.pins()).toMatchObject({ 'primary-c': 'v0' })
  const text = stage.git.head().read('clusters/primary-c.yaml') ?? ''
  stage.commit([{ path: 'clusters/primary-c.yaml', text: text.replace('inactive', 'active') }])
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toMatchObject({ 'primary-c': 'v1' })
})

test('a cluster that joins gets a folder like that of its kind, whatever stands in it, with its own name and pin', async () => {
  const stage = new Stage()
  const folder = (cluster: string) => `apps/app/clusters/${cluster}`
  const more = (cluster: string) => `namespace: app\nresources: [base, ns.yaml]\n${images(0)} # on ${cluster}\n`
  const images = (version: number) => `images:\n${kustomization(version).split('images:\n')[1]?.trimEnd()}`
  stage.commit(
    ['primary-a', 'primary-b'].flatMap(cluster => [
      { path: `${folder(cluster)}/kustomization.yaml`, text: more(cluster) },
      {
        path: `${folder(cluster)}/ns.yaml`,
        text: `kind: Namespace\nmetadata: { name: app, labels: { on: ${cluster} } }\n`,
      },
    ]),
  )
  await stage.promote(1)
  const joining =
    'apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: new }\nspec: { role: primary, state: joining }\n'
  stage.commit([{ path: 'clusters/new.yaml', text: joining }])
  await stage.promote(undefined)
  const tree = stage.git.head()
  expect(tree.read(`${folder('new')}/ns.yaml`)).toBe('kind: Namespace\nmetadata: { name: app, labels: { on: new } }\n')
  expect(tree.read(`${folder('new')}/kustomization.yaml`)).toBe(
    tree.read(`${folder('primary-a')}/kustomization.yaml`)?.replace('primary-a', 'new'),
  )
  expect(stage.pins()).toMatchObject({ new: 'v1' })
  expect(stage.state().fleet.clusters.find(({ name }) => name === 'new')?.state).toBe('active')
})
