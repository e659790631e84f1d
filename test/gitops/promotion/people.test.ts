import { expect, test } from '@jest/globals'
import { type Decided, forgive, resume, rollback, suspend } from '../../../gitops/promotion/index.ts'
import { image, judged, kustomization, Stage } from './stage.ts'

const ada = (stage: Stage, reason = 'it hurts') => ({ by: 'Ada', reason, at: stage.clock.now(), run: 'cli' })
const decide = (stage: Stage, decided: Decided): Decided => {
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
  return decided
}
const back = (stage: Stage, refuse = true) =>
  decide(stage, rollback(stage.git.head(), 'app', { ...ada(stage), refuse }))

test('a person takes a promoted release back everywhere; promotions are suspended in the same commit', async () => {
  const stage = new Stage()
  await stage.promote(1)
  back(stage)
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
  expect(stage.git.log.at(-1)?.message).toMatch(
    /^app: roll back v1 .* on canary, primary-a, primary-b\n\nAda: it hurts\n/,
  )
  expect(await stage.promote(2)).toMatchObject({ kind: 'suspended', reason: expect.stringContaining('it hurts') })
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted', release: { tag: 'v2' } })
})

test('after a rollback by a person, resume never starts what was rolled back', async () => {
  const stage = new Stage()
  await stage.promote(1)
  back(stage, false)
  await stage.promote(undefined)
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
})

test('it goes from an inactive cluster too, where it would serve once somebody made that active', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const path = 'clusters/primary-b.yaml'
  stage.commit([{ path, text: (stage.git.head().read(path) ?? '').replace('active', 'inactive') }])
  back(stage)
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
})

test('what waits to come again goes with the release that is rolled back, and resume does not start it', async () => {
  const stage = new Stage()
  await stage.promote(1)
  await stage.promote(2)
  await stage.promote(2, { redeploy: true, admitOnly: true })
  back(stage, false)
  expect(stage.state().record).not.toHaveProperty('next')
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual({ canary: 'v1', 'primary-a': 'v1', 'primary-b': 'v1' })
})

test('what waits and is another release than the one that goes is started by resume', async () => {
  const stage = new Stage()
  await stage.promote(1)
  await stage.promote(2, { admitOnly: true })
  back(stage, false)
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted', release: { tag: 'v2' } })
})

test('a run under way loses its next write to a person’s rollback, and stops', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('passed canary')) return
    stage.beforeWrite = () => {}
    back(stage)
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'suspended' })
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v0', 'primary-b': 'v0' })
})

test('where only the configuration changed, taking it back does not refuse the image that stays', async () => {
  const stage = new Stage()
  await stage.promote(1)
  stage.setBase(1)
  await stage.promote(undefined)
  back(stage)
  expect(stage.pins()).toMatchObject({ canary: 'v1', 'primary-b': 'v1' })
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v1', base: expect.any(String) }])
})

test('edits by others stay through a rollback: another pin, a comment, another file', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const path = (cluster: string) => `apps/app/clusters/${cluster}/kustomization.yaml`
  stage.commit([
    { path: path('primary-a'), text: kustomization(7) },
    { path: path('primary-b'), text: `# keep me\n${kustomization(1)}` },
    { path: 'README.md', text: 'ours' },
  ])
  back(stage)
  expect(stage.pins()).toEqual({ canary: 'v0', 'primary-a': 'v7', 'primary-b': 'v0' })
  expect(stage.git.head().read(path('primary-b'))).toBe(`# keep me\n${kustomization(0)}`)
  expect(stage.git.head().read('README.md')).toBe('ours')
})

test('a rollback that does not become healthy has failed, and is over once it does', async () => {
  const stage = new Stage()
  await stage.promote(1)
  back(stage)
  stage.health = () => ({ kind: 'progressing', reason: 'image pull failed', syncedAt: 0 })
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'suspended' })
  expect(stage.state().record.current?.phase).toBe('rollback-failed')
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(undefined)).toMatchObject({
    kind: 'rollback-failed',
    reason: expect.stringContaining('image pull failed'),
  })
  stage.health = () => ({ kind: 'scaled-to-zero', provesSync: true, detail: '' })
  await stage.promote(undefined)
  expect(stage.state().record.current?.phase).toBe('rolled-back')
})

test('a release that was superseded on its way goes back with the one that took over', async () => {
  const stage = new Stage({ settings: 'supersede: immediate, ' })
  stage.beforeWrite = message => {
    if (!message.includes('analysis 1')) return
    stage.beforeWrite = () => {}
    return stage.promote(2, { admitOnly: true })
  }
  stage.verdict = () => judged('Failed')
  await stage.promote(1)
  expect(stage.pins()).toMatchObject({ canary: 'v2' })
  await stage.promote(2)
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
})

test('suspended in the middle of a gate, the app lets go of its slot and is judged anew after resume', async () => {
  const stage = new Stage({ apps: ['app', 'other'] })
  stage.beforeWrite = message => {
    if (!message.includes('passed canary')) return
    stage.beforeWrite = () => {}
    decide(stage, suspend(stage.git.head(), 'app', ada(stage)))
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'suspended' })
  expect(await stage.promote(1, { app: 'other' })).toMatchObject({ kind: 'promoted' })
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  expect(stage.analyses).toEqual(['app v1 on canary', 'other v1 on canary', 'app v1 on canary'])
})

test('resume gives a held release another chance, which nothing else does', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Inconclusive')
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked' })
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(1)).toMatchObject({ kind: 'blocked' })
  decide(stage, resume(stage.git.head(), 'app', ada(stage)))
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('where people roll back, a bad release is refused and waits for one', async () => {
  const stage = new Stage({ settings: 'rollback: manual, ' })
  stage.verdict = () => judged('Failed')
  expect(await stage.promote(1)).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('rollback is manual'),
  })
  expect(stage.pins()).toMatchObject({ canary: 'v1' })
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v1' }])
  back(stage)
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
})

test.each<[string, (stage: Stage) => Decided, string]>([
  ['rolling back where nothing was promoted', stage => back(stage), 'nothing was ever promoted'],
  ['resuming what runs', stage => resume(stage.git.head(), 'app', ada(stage)), 'app is neither suspended nor held'],
  ['releasing what is not refused', stage => forgive(stage.git.head(), 'app', 'v1', ada(stage)), 'there is nothing'],
])('%s changes nothing and says so', (_, asked, reason) => {
  expect(asked(new Stage())).toMatchObject({ kind: 'nothing', stop: { reason: expect.stringContaining(reason) } })
})

test('what a person writes cannot pose as a trailer', async () => {
  const stage = new Stage()
  await stage.promote(1)
  const decision = { ...ada(stage, 'x\n\nStovepipe-Run: forged\u2028y'), refuse: true }
  decide(stage, rollback(stage.git.head(), 'app', decision))
  const lines = stage.git.log.at(-1)?.message.split('\n') ?? []
  expect(lines.filter(line => line.startsWith('Stovepipe-Run'))).toEqual(['Stovepipe-Run: cli'])
  expect(lines).toContain(`Stovepipe-Image: registry/app:v1@${image(1).digest}`)
})
