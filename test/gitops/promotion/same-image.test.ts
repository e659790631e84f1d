import { expect, test } from '@jest/globals'
import { forgive, type Offer, resume, rollback } from '../../../gitops/promotion/index.ts'
import { image, judged, Stage } from './stage.ts'

// A commit that changes nothing of what is built is released as the very image of the commit before it.

const twin: Offer = { ...image(3), digest: image(2).digest }
const all = (version: string) => ({ canary: version, 'primary-a': version, 'primary-b': version })
const ada = (stage: Stage) => ({ by: 'Ada', reason: 'it hurts', at: stage.clock.now(), run: 'cli' })

/** v1 and v2 were promoted; v3 is the image of v2 by another name, and fails on the canary. */
async function failed(settings = ''): Promise<Stage> {
  const stage = new Stage({ settings })
  await stage.promote(1)
  await stage.promote(2)
  stage.verdict = (_, version) => judged(version === 'v3' ? 'Failed' : 'Successful', { message: '5% errors' })
  expect(await stage.promote(undefined, { offer: twin })).toMatchObject({
    kind: settings === '' ? 'rolled-back' : 'blocked',
    reason: expect.stringMatching(
      /5% errors; nothing is refused: it is the same image with the same configuration as v2 \(base \w{7}\), which was good there/,
    ),
  })
  expect(stage.state().quarantine).toEqual([])
  expect(stage.git.head().read('apps/app/quarantine.yaml')).toBeUndefined()
  return stage
}

test('where it fails its gate it goes back to the release before it, and nothing is refused', async () => {
  const stage = await failed()
  expect(stage.pins()).toEqual(all('v2'))
})

test('it does not come back by itself, nor when it is offered again; by its name it does', async () => {
  const stage = await failed()
  const before = stage.git.head().commit
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'nothing-to-do' })
  expect(await stage.promote(undefined, { offer: twin })).toMatchObject({ kind: 'rolled-back' })
  expect(stage.git.head().commit).toBe(before)
  expect(await stage.promote(undefined, { offer: twin, redeploy: true })).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toEqual(all('v3'))
})

test('later rollbacks come back to the release before it as well', async () => {
  const stage = await failed()
  stage.verdict = () => judged('Failed')
  expect(await stage.promote(4)).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toEqual(all('v2'))
})

test('clusters join with what the fleet has, although it is that image', async () => {
  const stage = await failed()
  const header = 'apiVersion: stovepipe.dev/v1alpha1\nkind: Cluster\nmetadata: { name: new }\n'
  stage.commit([{ path: 'clusters/new.yaml', text: `${header}spec: { role: primary, state: joining }\n` }])
  await stage.promote(undefined)
  expect(stage.pins()).toEqual({ ...all('v2'), new: 'v2' })
  expect(stage.state().fleet.clusters.find(({ name }) => name === 'new')?.state).toBe('active')
})

test('with another configuration that image fails as a configuration does', async () => {
  const stage = new Stage()
  await stage.promote(2)
  stage.setBase(1)
  stage.verdict = () => judged('Failed')
  await stage.promote(undefined, { offer: twin })
  expect(stage.pins()).toEqual(all('v2'))
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v3', base: expect.any(String) }])
})

test('where people roll back it is held, and resume gives it another chance', async () => {
  const stage = await failed('rollback: manual, ')
  expect(stage.pins()).toEqual({ ...all('v2'), canary: 'v3' })
  stage.verdict = () => judged('Successful')
  const decided = resume(stage.git.head(), 'app', ada(stage))
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted', release: { tag: 'v3' } })
})

test.each([
  ['everywhere', {}],
  ['by name', { to: 'v2' }],
])('a person cannot refuse it %s and go back to the same image; further back they can', async (_, choice) => {
  const stage = new Stage()
  await stage.promote(1)
  await stage.promote(2)
  await stage.promote(undefined, { offer: twin })
  const back = (more: { to?: string; refuse: boolean }) => rollback(stage.git.head(), 'app', { ...ada(stage), ...more })
  expect(back({ ...choice, refuse: true })).toMatchObject({
    kind: 'nothing',
    stop: {
      kind: 'refused',
      reason: expect.stringMatching(/^v2 .* is the same image as v3 .*: both would be refused$/),
    },
  })
  expect(back({ ...choice, refuse: false })).toMatchObject({ kind: 'write' })
  const further = back({ to: 'v1', refuse: true })
  if (further.kind === 'write') stage.git.write(further.write, 'Ada', stage.clock.now())
  expect(stage.pins()).toEqual(all('v1'))
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v3', digest: image(2).digest }])
  expect(forgive(stage.git.head(), 'app', 'v3', ada(stage))).toMatchObject({ kind: 'write' })
})

test('a rebuild of one commit that a person refuses goes back to the build before it', async () => {
  const stage = new Stage()
  await stage.promote(2)
  await stage.promote(undefined, { offer: { ...image(3), source: image(2).source }, redeploy: true })
  const decided = rollback(stage.git.head(), 'app', { ...ada(stage), refuse: true })
  if (decided.kind === 'write') stage.git.write(decided.write, 'Ada', stage.clock.now())
  expect(stage.pins()).toEqual(all('v2'))
  expect(stage.state().quarantine).toMatchObject([{ tag: 'v3', digest: image(3).digest }])
})
