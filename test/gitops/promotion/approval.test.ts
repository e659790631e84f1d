import { expect, test } from '@jest/globals'
import {
  type Approving,
  type Decided,
  exactNameOf,
  forgive,
  keyOf,
  type Outcome,
  resume,
  rollback,
  suspend,
} from '../../../gitops/promotion/index.ts'
import { healthy, image, judged, Stage, usualClusters, wave } from './stage.ts'

const approval = 'approval: { environment: production }'
const canary = (gate = `{ healthy: { timeout: 5m }, ${approval} }`) => wave('canary', 'role: canary', gate)
const primaries = (gate?: string) => wave('primaries', 'role: primary', gate, ', batch: 1')
const guarded = [canary(), primaries()]
const both = { canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' }

const approve = (stage: Stage, wave = 'canary', more: Partial<Approving> = {}): Promise<Outcome> =>
  stage.promote(undefined, { approve: { wave, by: 'Grace', ...more } })
const ada = (stage: Stage) => ({ by: 'Ada', reason: 'hm', at: stage.clock.now(), run: 'cli' })
const decide = (stage: Stage, decided: Decided) => {
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
}

test('the canaries pass, and the primaries wait for a person; the outcome says for whom', async () => {
  const stage = new Stage({ waves: guarded })
  const outcome = await stage.promote(1)
  expect(outcome).toMatchObject({
    kind: 'waiting',
    approval: { wave: 'canary', environment: 'production', release: { tag: 'v1', digest: image(1).digest } },
  })
  expect(stage.pins()).toEqual({ ...both, canary: 'v1' })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' }, commits: [] })
  expect(await approve(stage)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v1' })
})

test('who approved, when and through which run is evidence in the record, written by a commit of its own', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  const at = new Date(stage.clock.now()).toISOString()
  await stage.promote(undefined, { run: 'run-of-grace', approve: { wave: 'canary', by: 'Grace\nStovepipe-Run: x' } })
  expect(stage.state().record.current?.approvals).toEqual([
    { wave: 'canary', environment: 'production', by: 'Grace Stovepipe-Run: x', at, run: 'run-of-grace' },
  ])
  expect(stage.titles()).toContain('app: approve v1 after canary')
  const message = stage.git.log.find(({ message }) => message.startsWith('app: approve'))?.message
  expect(message?.match(/^Stovepipe-Run: .*$/gm)).toEqual(['Stovepipe-Run: run-of-grace'])
})

test('a job that is run again approves nothing twice', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  await approve(stage)
  expect(await approve(stage)).toMatchObject({ kind: 'nothing-to-do' })
  expect(stage.state().record.current?.approvals).toHaveLength(1)
})

test.each<[string, (stage: Stage) => string]>([
  ['its tag', () => 'v1'],
  ['its digest', () => image(1).digest],
  ['the beginning of its digest', () => image(1).digest.slice(7, 40)],
  ['its exact name', stage => exactNameOf(stage.state().record.current?.release ?? { ...image(9), base: '' })],
  ['its name in release.yaml', stage => keyOf(stage.state().record.current?.release ?? { ...image(9), base: '' })],
])('the release that is approved can be named by %s', async (_, name) => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  expect(await approve(stage, 'canary', { release: name(stage) })).toMatchObject({ kind: 'promoted' })
})

test('an approval that comes too late does not approve the release that took the place', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  expect(await stage.promote(2)).toMatchObject({ kind: 'waiting', approval: { release: { tag: 'v2' } } })
  expect(await approve(stage, 'canary', { release: image(1).digest })).toMatchObject({
    kind: 'superseded',
    reason: expect.stringMatching(/for sha256:0+1, and v2 .* is under way: nothing was approved/),
    commits: [],
  })
  expect(stage.pins()).toEqual({ ...both, canary: 'v2' })
})

test('an approval of one build of a tag approves no other build of it', async () => {
  const stage = new Stage({ waves: guarded })
  const { approval } = await stage.promote(1)
  const rebuilt = { ...image(1), digest: `sha256:7${'0'.repeat(63)}` }
  expect(await stage.promote(undefined, { offer: rebuilt, redeploy: true })).toMatchObject({
    kind: 'waiting',
    approval: { release: { tag: 'v1', digest: rebuilt.digest } },
  })
  const release = approval ? exactNameOf(approval.release) : ''
  expect(release).toMatch(/^v1\.[0-9a-f]{7}\.0{12}$/)
  expect(await approve(stage, 'canary', { release })).toMatchObject({ kind: 'superseded', commits: [] })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
})

test('what names more than one admitted release approves none, and the answer tells them apart', async () => {
  const stage = new Stage({ waves: guarded })
  const first = await stage.promote(1)
  const digest = `sha256:7${'0'.repeat(63)}`
  const { approval } = await stage.promote(undefined, { offer: { ...image(1), digest }, redeploy: true })
  const names = [approval, first.approval].map(each => (each ? exactNameOf(each.release) : ''))
  for (const release of ['v1', approval ? keyOf(approval.release) : '']) {
    expect(await approve(stage, 'canary', { release })).toMatchObject({
      kind: 'refused',
      reason: `${release} names 2 releases: nothing was approved`,
      cure: `Name one of them: ${names.join(', ')}`,
      commits: [],
    })
  }
  expect(await approve(stage, 'canary', { release: names[0] ?? '' })).toMatchObject({ kind: 'promoted' })
})

test('the same image with another configuration is another release to approve', async () => {
  const stage = new Stage({ waves: guarded })
  const { approval } = await stage.promote(1)
  stage.setBase(1)
  await stage.promote(undefined)
  const release = approval ? keyOf(approval.release) : ''
  expect(await approve(stage, 'canary', { release })).toMatchObject({ kind: 'superseded' })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
})

test('an approval that loses the race to another release is decided again on what is there then', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  stage.beforeWrite = message => {
    if (!message.includes('approve')) return
    stage.beforeWrite = () => {}
    return stage.promote(2)
  }
  expect(await approve(stage, 'canary', { release: 'v1' })).toMatchObject({ kind: 'superseded' })
  expect(stage.state().record.current).not.toHaveProperty('approvals')
})

test('nothing is approved ahead of its gate, or where none is asked for', async () => {
  const stage = new Stage({ waves: guarded })
  stage.health = () => ({ kind: 'progressing', reason: 'starting' })
  const until = stage.clock.now() + 60_000
  expect(await stage.promote(1, { until })).toMatchObject({ kind: 'waiting' })
  const refused = { kind: 'refused', reason: expect.stringContaining('does not wait for an approval of wave') }
  expect(await approve(stage)).toMatchObject(refused)
  expect(await approve(stage, 'primaries')).toMatchObject(refused)
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
})

test('an approval alone lets nothing pass: a canary that comes meanwhile must pass first', async () => {
  const clusters = { ...usualClusters, 'canary-2': 'role: canary, state: inactive' }
  const stage = new Stage({ waves: guarded, clusters })
  await stage.promote(1)
  stage.beforeWrite = message => {
    if (!message.includes('primaries')) return
    stage.beforeWrite = () => {}
    const path = 'clusters/canary-2.yaml'
    stage.commit([{ path, text: (stage.git.head().read(path) ?? '').replace('inactive', 'active') }])
  }
  stage.health = (cluster, version) =>
    cluster === 'canary-2' && version === 'v1' ? { kind: 'aborted', reason: 'bad' } : healthy
  expect(await approve(stage)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ ...both, 'canary-2': 'v0' })
  expect(stage.state().record.current).not.toHaveProperty('approvals')
})

test('a wave in batches asks after its first batch, once', async () => {
  const stage = new Stage({ waves: [canary('{}'), primaries(`{ ${approval} }`)] })
  expect(await stage.promote(1)).toMatchObject({ kind: 'waiting', approval: { wave: 'primaries' } })
  expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v0' })
  expect(await approve(stage, 'primaries')).toMatchObject({ kind: 'promoted' })
})

test('each wave has its own approval', async () => {
  const dev = wave('dev', 'matchLabels: {}', `{ ${approval} }`)
  const clusters = { ...usualClusters, canary: 'role: canary, state: active' }
  const stage = new Stage({ clusters, waves: [dev.replace('matchLabels: {}', 'role: canary'), ...guarded] })
  expect(await stage.promote(1)).toMatchObject({ approval: { wave: 'dev' } })
  expect(await approve(stage, 'dev')).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' } })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
  expect(await approve(stage)).toMatchObject({ kind: 'promoted' })
})

test('a newer release need not wait for a person, but steady merges do not starve the primaries either', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  expect(await stage.promote(2)).toMatchObject({ approval: { release: { tag: 'v2' } } })
  expect(await stage.promote(3)).toMatchObject({ approval: { release: { tag: 'v2' } } })
  expect(await approve(stage)).toMatchObject({ kind: 'waiting', approval: { release: { tag: 'v3' } } })
  expect(stage.pins()).toEqual({ canary: 'v3', 'primary-a': 'v2', 'primary-b': 'v2' })
})

test('what begins where its first wave holds it already can be approved as well', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  await approve(stage)
  await stage.promote(2)
  decide(stage, rollback(stage.git.head(), 'app', { ...ada(stage), refuse: false, clusters: ['primary-a'] }))
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(stage.pins()).toEqual({ canary: 'v2', 'primary-a': 'v0', 'primary-b': 'v1' })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'waiting', approval: { release: { tag: 'v2' } } })
  expect(await approve(stage, 'canary', { release: 'v2' })).toMatchObject({ kind: 'promoted' })
})

test('a rollback withdraws the approval: the release needs a new one when it is asked for by name again', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  await approve(stage)
  decide(stage, rollback(stage.git.head(), 'app', { ...ada(stage), refuse: false }))
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  await stage.promote(undefined)
  expect(await approve(stage)).toMatchObject({ kind: 'rolled-back' })
  expect(await stage.promote(1, { redeploy: true })).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' } })
  expect(stage.pins()).toEqual({ ...both, canary: 'v1' })
})

test('quarantine withdraws the approval, also where people roll back and one forgives it', async () => {
  const stage = new Stage({ waves: guarded, settings: 'rollback: manual, ' })
  await stage.promote(1)
  stage.health = () => ({ kind: 'aborted', reason: 'bad' })
  expect(await approve(stage)).toMatchObject({ kind: 'blocked' })
  decide(stage, forgive(stage.git.head(), 'app', 'v1', ada(stage)))
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  const { kind, approval } = await stage.promote(undefined)
  expect({ kind, approval }).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' } })
})

test('a suspended app takes no approvals', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  decide(stage, suspend(stage.git.head(), 'app', ada(stage)))
  expect(await approve(stage)).toMatchObject({ kind: 'suspended', commits: [] })
})

test('what waits for a person holds no canary slot', async () => {
  const stage = new Stage({ waves: guarded, apps: ['app', 'other'] })
  await stage.promote(1)
  expect(await stage.promote(1, { app: 'other' })).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' } })
  expect(stage.pins('other')).toMatchObject({ canary: 'v1' })
})

test('a cluster joins while a release waits for a person', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  const joining =
    'apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: new }\nspec: { role: primary, state: joining }\n'
  stage.commit([{ path: 'clusters/new.yaml', text: joining }])
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'waiting', approval: { wave: 'canary' } })
  expect(stage.state().fleet.clusters.find(({ name }) => name === 'new')?.state).toBe('active')
  expect(stage.pins()).toMatchObject({ new: 'v0' })
})

test('an approval that the pipeline asks for later does not hold up what is promoted', async () => {
  const stage = new Stage({ waves: [canary('{}'), primaries()] })
  await stage.promote(1)
  const path = 'apps/app/pipeline.yaml'
  stage.commit([{ path, text: (stage.git.head().read(path) ?? '').replace('gate: {}', `gate: { ${approval} }`) }])
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
})

test('a dry run says that it would approve, and approves nothing', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  const { kind, reason, commits } = await stage.promote(undefined, {
    dryRun: true,
    approve: { wave: 'canary', by: 'Grace' },
  })
  expect({ kind, reason, commits }).toMatchObject({
    kind: 'nothing-to-do',
    reason: expect.stringContaining('would approve v1'),
    commits: [],
  })
})

test('an approval can be recorded alone, for another run to go on', async () => {
  const stage = new Stage({ waves: guarded })
  await stage.promote(1)
  const recorded = await stage.promote(undefined, { approve: { wave: 'canary', by: 'Grace' }, admitOnly: true })
  expect(recorded).toMatchObject({ kind: 'waiting', reason: 'wave canary is approved, for the next run to carry' })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v0' })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted' })
})

test('what was judged before an approval is not judged again for it', async () => {
  const analysed = '{ analysis: { templates: [golden] }, approval: { environment: production } }'
  const stage = new Stage({ waves: [canary(analysed), primaries()] })
  stage.verdict = () => judged('Successful')
  await stage.promote(1)
  await approve(stage)
  expect(stage.analyses).toEqual(['app v1 on canary'])
})
