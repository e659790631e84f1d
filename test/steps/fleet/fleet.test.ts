import { expect, test } from '@jest/globals'
import type { Decided } from '../../../gitops/promotion/index.ts'
import { renameWord } from '../../../gitops/promotion/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import {
  activateCluster,
  addCluster,
  clusterText,
  deactivateCluster,
  drainCluster,
  type FleetDecision,
} from '../../../steps/fleet/index.ts'
import { healthy, judged, kustomization, Stage, usualClusters, wave } from '../../gitops/promotion/stage.ts'

const decision = (stage: Stage): FleetDecision => ({ by: 'Ada', at: stage.clock.now(), run: 'cli' })
const newcomer = { name: 'newcomer', labels: {}, role: 'primary', server: 'https://newcomer.example' } as const

/** Commits what was decided; gives what was said, or why not. */
function decide(stage: Stage, make: (tree: Tree) => Decided): string {
  const decided = make(stage.git.head())
  if (decided.kind === 'nothing') return decided.stop.reason
  stage.commit(decided.write.changes, decided.write.message)
  return decided.said
}
const stateOf = (stage: Stage, name: string) => stage.state().fleet.clusters.find(each => each.name === name)?.state
const plain = (said: string) => said.replace(/ \(base \w+\)/g, '')

test('a new cluster gets the accepted release, is not adopted by the next admission, and joins by health', async () => {
  const stage = new Stage()
  await stage.promote(1)
  expect(plain(decide(stage, tree => addCluster(tree, newcomer, decision(stage))))).toBe(
    'add, inactive; app at v1, copied from primary-a',
  )
  expect(stage.pins()).toMatchObject({ newcomer: 'v1' })
  await stage.promote(2)
  expect(stage.state().record.clusters.newcomer).toMatchObject({ accepted: [], pin: { joining: true } })
  expect(stage.pins()).toMatchObject({ newcomer: 'v1', 'primary-a': 'v2' })
  decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))
  expect(stateOf(stage, 'newcomer')).toBe('joining')
  await stage.promote(undefined)
  expect(stage.pins()).toMatchObject({ newcomer: 'v2' })
  expect(stateOf(stage, 'newcomer')).toBe('active')
})

test('a cluster at the fleet’s own release is seen healthy all the same before it is active', async () => {
  const stage = new Stage()
  await stage.promote(1)
  decide(stage, tree => addCluster(tree, newcomer, decision(stage)))
  decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))
  const asked: string[] = []
  stage.health = cluster => {
    asked.push(cluster)
    return cluster === 'newcomer' && asked.length < 4 ? { kind: 'progressing', reason: 'starting' } : healthy
  }
  await stage.promote(undefined)
  expect(asked.filter(cluster => cluster === 'newcomer').length).toBeGreaterThanOrEqual(4)
  expect(stateOf(stage, 'newcomer')).toBe('active')
})

test('a cluster that comes back must be seen healthy anew, and keeps what it can go back to', async () => {
  const stage = new Stage()
  await stage.promote(1)
  decide(stage, tree => drainCluster(tree, 'primary-b', { ...decision(stage), force: false }))
  decide(stage, tree => deactivateCluster(tree, 'primary-b', { ...decision(stage), force: false }))
  decide(stage, tree => activateCluster(tree, 'primary-b', decision(stage)))
  expect(stage.state().record.clusters['primary-b']).toMatchObject({
    pin: { to: { tag: 'v1' }, joining: true },
    accepted: [{ release: { tag: 'v0' } }],
  })
  stage.health = cluster => (cluster === 'primary-b' ? { kind: 'progressing', reason: 'no replica' } : healthy)
  await stage.promote(undefined)
  expect(stateOf(stage, 'primary-b')).toBe('joining')
  stage.health = () => healthy
  await stage.promote(undefined)
  expect(stateOf(stage, 'primary-b')).toBe('active')
})

test('while the primaries differ, a new cluster gets what all of them have accepted', async () => {
  const stage = new Stage()
  await stage.promote(1)
  stage.health = (cluster, version) =>
    cluster === 'primary-b' && version === 'v2' ? { kind: 'unknown', reason: 'the API is away' } : healthy
  await stage.promote(2)
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v2', 'primary-b': 'v2' })
  expect(stage.state().record.clusters['primary-b']?.accepted[0]).toMatchObject({ release: { tag: 'v1' } })
  expect(plain(decide(stage, tree => addCluster(tree, newcomer, decision(stage))))).toMatch(/app at v1/)
  expect(stage.pins()).toMatchObject({ newcomer: 'v1' })
})

test('before anything is accepted a new cluster is as its sibling, and active at once', () => {
  const stage = new Stage()
  expect(decide(stage, tree => addCluster(tree, newcomer, decision(stage)))).toBe(
    'add, inactive; app as on primary-a, as nothing is accepted yet, copied from primary-a',
  )
  expect(stage.pins()).toMatchObject({ newcomer: 'v0' })
  expect(decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))).toMatch(/nothing to join with/)
  expect(stateOf(stage, 'newcomer')).toBe('active')
})

test.each(['primary', 'canary'] as const)(
  'a first release that failed on the canary, and stayed there, comes to no new %s',
  async role => {
    const stage = new Stage({ before: -1 })
    stage.verdict = () => judged('Failed')
    await stage.promote(1)
    expect(stage.pins()).toEqual({ canary: 'v1' })
    const said = decide(stage, tree => addCluster(tree, { ...newcomer, role }, decision(stage)))
    const other = role === 'canary' ? '' : ', which has another role: look at it'
    expect(said).toBe(`add, inactive; app without a pin, as nothing is accepted yet, copied from canary${other}`)
    const tree = stage.git.head()
    expect(tree.read('apps/app/clusters/newcomer/kustomization.yaml')).toMatch(/newTag: ""\n {4}digest: ""\n$/)
    expect(tree.id('apps/app/clusters/newcomer/base')).toBeUndefined()
  },
)

test('a cluster that holds what is in quarantine, or what nothing has accepted, does not become active', async () => {
  const stage = new Stage({ before: -1 })
  const holding = (version: number) =>
    stage.commit([
      { path: 'clusters/newcomer.yaml', text: clusterText({ ...newcomer }) },
      { path: 'apps/app/clusters/newcomer/kustomization.yaml', text: kustomization(version) },
      { path: 'apps/app/clusters/newcomer/base/settings.yaml', text: 'setting: 0\n' },
    ])
  const activate = () => decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))
  stage.verdict = () => judged('Failed')
  await stage.promote(1)
  holding(1)
  expect(plain(activate())).toMatch(/^newcomer holds v1 of app, which is in quarantine: canary: analysis failed/)
  stage.verdict = () => judged('Inconclusive')
  await stage.promote(2)
  holding(2)
  expect(plain(activate())).toBe('newcomer holds v2 of app, which no cluster has accepted yet')
  expect(stateOf(stage, 'newcomer')).toBe('inactive')
})

test('what one app joins with proves nothing of another, whose first release failed', async () => {
  const stage = new Stage({ apps: ['app', 'other'], before: -1 })
  stage.verdict = () => judged('Failed')
  await stage.promote(1, { app: 'other' })
  stage.verdict = () => judged('Successful')
  await stage.promote(2)
  stage.commit([
    { path: 'clusters/newcomer.yaml', text: clusterText({ ...newcomer }) },
    { path: 'apps/other/clusters/newcomer/kustomization.yaml', text: kustomization(1) },
    { path: 'apps/other/clusters/newcomer/base/settings.yaml', text: 'setting: 0\n' },
  ])
  const said = decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))
  expect(plain(said)).toMatch(/^newcomer holds v1 of other, which is in quarantine: /)
  expect(stateOf(stage, 'newcomer')).toBe('inactive')
})

test('the first cluster of all gets no folder, as there is nothing to copy', () => {
  const stage = new Stage({ clusters: {} })
  expect(decide(stage, tree => addCluster(tree, newcomer, decision(stage)))).toBe(
    'add, inactive; app has no release yet',
  )
})

test('only the name of the cluster is replaced, and only as a whole word', () => {
  const stage = new Stage()
  const folder = 'apps/app/clusters/primary-a'
  const text = `# primary-a, not primary-ab nor my-primary-a\r\n${kustomization(0)}configMapGenerator: [{ name: x, literals: [CLUSTER=primary-a, HOST=primary-a.example] }]\n`
  stage.commit([
    { path: `${folder}/kustomization.yaml`, text },
    { path: `${folder}/patches/zone.yaml`, text: 'zone: "primary-a"\n' },
  ])
  decide(stage, tree => addCluster(tree, newcomer, decision(stage)))
  const added = (path: string) => stage.git.head().read(`apps/app/clusters/newcomer/${path}`)
  expect(added('kustomization.yaml')).toBe(
    text
      .replace('# primary-a,', '# newcomer,')
      .replace('=primary-a,', '=newcomer,')
      .replace('=primary-a.', '=newcomer.'),
  )
  expect(added('patches/zone.yaml')).toBe('zone: "newcomer"\n')
})

test.each(['primary', 'canary'] as const)(
  'a %s that no wave selects is added with a warning, and not activated',
  async role => {
    const labelled = (name: string) => wave(name, `matchLabels: { environment: prod }, role: ${name}`)
    const stage = new Stage({ clusters: {}, waves: [labelled('canary'), labelled('primary')] })
    const mistyped = { ...newcomer, role, labels: { environment: 'production' } }
    const problem = `no wave of any app selects newcomer, which is environment=production and role=${role}`
    const cure =
      'Correct its labels in clusters/newcomer.yaml, or the waves, which select environment=prod and role=canary (canary of app); environment=prod and role=primary (primary of app)'
    expect(decide(stage, tree => addCluster(tree, mistyped, decision(stage)))).toBe(
      `add, inactive; ${problem}. ${cure}: until then it cannot be activated`,
    )
    expect(activateCluster(stage.git.head(), 'newcomer', decision(stage))).toEqual({
      kind: 'nothing',
      stop: { kind: 'refused', reason: `${problem}: it would get traffic, and no app`, cure },
    })
    const path = 'clusters/newcomer.yaml'
    stage.commit([{ path, text: (stage.git.head().read(path) ?? '').replace('production', 'prod') }])
    expect(decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))).toMatch(/nothing to join with/)
  },
)

test('a fleet without an app, a cluster without a role, and a primary that is set by hand may be active', () => {
  const empty = new Stage({ clusters: {}, apps: [] })
  decide(empty, tree => addCluster(tree, newcomer, decision(empty)))
  expect(decide(empty, tree => activateCluster(tree, 'newcomer', decision(empty)))).toMatch(/active at once/)
  const stage = new Stage({ waves: [wave('canary', 'role: canary')] })
  const { role: _none, ...dev } = { ...newcomer, name: 'dev', server: 'https://dev.example' }
  decide(stage, tree => addCluster(tree, dev, decision(stage)))
  expect(decide(stage, tree => activateCluster(tree, 'dev', decision(stage)))).toMatch(/active at once/)
  decide(stage, tree => addCluster(tree, newcomer, decision(stage)))
  expect(decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))).toMatch(/^no wave of any app/)
  stage.commit([{ path: 'apps/tool/clusters/newcomer/kustomization.yaml', text: kustomization(3) }])
  expect(decide(stage, tree => activateCluster(tree, 'newcomer', decision(stage)))).toMatch(/active at once/)
})

test('what only the other cluster can unseal is named', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const sealed = 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n'
  const folder = 'apps/app/clusters/primary-a'
  stage.commit(['session.yaml', 'session.example.yaml'].map(name => ({ path: `${folder}/${name}`, text: sealed })))
  expect(plain(decide(stage, tree => addCluster(tree, newcomer, decision(stage))))).toBe(
    'add, inactive; app at v1, copied from primary-a; session.yaml is sealed for primary-a alone: seal it for newcomer',
  )
})

test('what the platform says of each cluster it says of a new one, with a number of its own', () => {
  const stage = new Stage()
  stage.commit([
    { path: 'platform/mesh/clusters/primary-a.yaml', text: 'cluster: { id: 7 } # never used twice\n' },
    { path: 'platform/mesh/clusters/primary-b.yaml', text: 'cluster: { id: 9 }\n' },
    { path: 'platform/mesh/values.yaml', text: 'replicas: 1\n' },
  ])
  decide(stage, tree => addCluster(tree, newcomer, decision(stage)))
  expect(stage.git.head().read('platform/mesh/clusters/newcomer.yaml')).toBe('cluster: { id: 10 } # never used twice\n')
})

test.each([
  ['stovepipe.dev/cluster: dev # dev', 'stovepipe.dev/cluster: new # new'],
  ['CLUSTER=dev HOST=dev.example URL=https://dev:443/dev', 'CLUSTER=new HOST=new.example URL=https://new:443/new'],
  ['dev-1 my-dev devs dev_1 "dev"', 'dev-1 my-dev devs dev_1 "new"'],
])('renamed, %s is %s', (before, after) => {
  expect(renameWord(before, 'dev', 'new')).toBe(after)
})

test('a cluster that is called what it is keeps its role, track and environment in the folder of another', () => {
  const text = 'labels:\n  - pairs: { track: canary, "role": "canary", environment: canary, cluster: canary }\n'
  expect(renameWord(text, 'canary', 'canary-2')).toBe(text.replace('cluster: canary', 'cluster: canary-2'))
})

test.each(['kustomization.yml', 'Kustomization'])(
  'a folder whose kustomization is called %s gets no second one',
  async name => {
    const stage = new Stage()
    const path = 'apps/app/clusters/canary/kustomization.yaml'
    const text = stage.git.head().read(path) ?? ''
    stage.commit([
      { path, remove: true },
      { path: `apps/app/clusters/canary/${name}`, text },
    ])
    await expect(stage.promote(1)).rejects.toThrow(
      `apps/app/clusters/canary/${name}: the pin is kept in kustomization.yaml`,
    )
    expect(stage.git.head().read(path)).toBeUndefined()
  },
)

test('a folder without a pin, as a new app has, is released to from nothing', async () => {
  const stage = new Stage({ before: -1 })
  const empty = 'resources: [base]\nimages:\n  - name: registry/app\n    newTag: ""\n    digest: ""\n'
  stage.commit(
    Object.keys(usualClusters).map(name => ({ path: `apps/app/clusters/${name}/kustomization.yaml`, text: empty })),
  )
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v1' })
  expect(stage.state().record.clusters.canary?.accepted).toHaveLength(1)
})

test('a wave that would be left without an active cluster keeps its last one', () => {
  const stage = new Stage({ clusters: { ...usualClusters, dev: 'state: active' } })
  const pipeline = stage.git.head().read('apps/app/pipeline.yaml') ?? ''
  const text = pipeline.replace('waves: [', 'waves: [{ name: dev, clusters: { matchLabels: { environment: dev } } }, ')
  const cluster = (stage.git.head().read('clusters/dev.yaml') ?? '').replace(
    '{ name: dev }',
    '{ name: dev, labels: { environment: dev } }',
  )
  stage.commit([
    { path: 'apps/app/pipeline.yaml', text },
    { path: 'clusters/dev.yaml', text: cluster },
  ])
  expect(decide(stage, tree => drainCluster(tree, 'dev', { ...decision(stage), force: false }))).toBe(
    'without dev, wave dev of app would select no active cluster, and no release could pass',
  )
  expect(decide(stage, tree => drainCluster(tree, 'dev', { ...decision(stage), force: true }))).toBe(
    'drain (was active)',
  )
})

test.each([
  ['host: shop.prod-a.example.com', 'host: shop.prod-b.example.com'],
  ['prod-a.example.com, https://prod-a.example', 'prod-b.example.com, https://prod-b.example'],
  ['apiVersion: stovepipe.prod-a/v1', 'apiVersion: stovepipe.prod-a/v1'],
  ['a.my-prod-a.example b.prod-ab.example', 'a.my-prod-a.example b.prod-ab.example'],
])('in %j a cluster’s name is replaced where it is a label of a host name', (text, renamed) => {
  expect(renameWord(text, 'prod-a', 'prod-b')).toBe(renamed)
})
