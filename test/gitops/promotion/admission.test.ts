import { expect, test } from '@jest/globals'
import { type Offer, protocol, type Relation } from '../../../gitops/promotion/index.ts'
import { image, judged, Stage } from './stage.ts'

/** A fleet on v5, which was the last to be admitted. */
async function onFive(): Promise<Stage> {
  const stage = new Stage()
  await stage.promote(5)
  return stage
}

const rebuilt = { ...image(5), digest: image(9).digest }
/** Tagged again for another commit, because nothing that goes into the image changed. */
const found = (number: number) => ({ ...image(number), digest: image(5).digest })

test.each<[string, Offer, Relation | undefined, unknown]>([
  ['a descendant', image(6), 'descendant', { kind: 'admit' }],
  ['an ancestor', image(4), 'ancestor', { kind: 'stop', stop: { kind: 'superseded' } }],
  ['what was admitted last', image(5), undefined, { kind: 'carry' }],
  ['a rebuild of the same commit', rebuilt, undefined, { kind: 'stop', stop: { kind: 'superseded' } }],
  ['the same image for a newer commit', found(6), 'descendant', { kind: 'admit' }],
  ['the same image for an older commit', found(4), 'ancestor', { kind: 'stop', stop: { kind: 'superseded' } }],
  ['the same image for a commit not asked about', found(6), undefined, { kind: 'compare', newest: image(5).source }],
  ['a commit beside it', image(6), 'diverged', { kind: 'stop', stop: { kind: 'blocked' } }],
  ['a commit nobody knows', image(6), 'unknown', { kind: 'stop', stop: { kind: 'blocked' } }],
  ['an image that does not tell its commit', untold(6), undefined, { kind: 'stop', stop: { kind: 'blocked' } }],
  ['one whose order was not asked yet', image(6), undefined, { kind: 'compare', newest: image(5).source }],
])('offers %s', async (_, offer, relation, decision) => {
  const { state } = { state: (await onFive()).state() }
  const how = { redeploy: false, ...(relation && { relation }) }
  expect(protocol.decideAdmission(state, offer, how)).toMatchObject(decision as object)
})

test('another base makes a rebuild, and the same image, another release', async () => {
  const stage = await onFive()
  stage.setBase(1)
  for (const offer of [rebuilt, image(5)]) {
    expect(protocol.decideAdmission(stage.state(), offer, { redeploy: false })).toMatchObject({ kind: 'admit' })
  }
})

test('anything may be the first, whatever its source', () => {
  const stage = new Stage()
  expect(protocol.decideAdmission(stage.state(), untold(1), { redeploy: false })).toMatchObject({ kind: 'admit' })
})

test('quarantine comes before order, and before redeployment', async () => {
  const stage = await onFive()
  stage.verdict = () => judged('Failed')
  await stage.promote(6)
  for (const redeploy of [false, true]) {
    const again = protocol.decideAdmission(stage.state(), image(6), { redeploy })
    expect(again).toMatchObject({ kind: 'stop', stop: { kind: 'refused' } })
  }
  const rebuild = { ...image(6), digest: image(9).digest }
  expect(protocol.decideAdmission(stage.state(), rebuild, { redeploy: true })).toMatchObject({
    stop: { kind: 'refused' },
  })
})

test('an app without a base has nothing to release', () => {
  const stage = new Stage()
  stage.commit([{ path: 'apps/app/base', remove: true }])
  expect(protocol.decideAdmission(stage.state(), image(1), { redeploy: false })).toMatchObject({
    stop: { kind: 'blocked' },
  })
})

test('what runs before the kit comes is adopted, and is what a rollback goes back to', async () => {
  const stage = new Stage()
  await stage.promote(1, { admitOnly: true })
  expect(stage.state().record.clusters['primary-a']).toEqual({
    accepted: [{ how: 'adopted', at: expect.any(String), release: expect.objectContaining({ tag: 'v0' }) }],
  })
})

test('a change of base/ takes the newest image that is not in quarantine', async () => {
  const stage = await onFive()
  stage.verdict = () => judged('Failed')
  await stage.promote(6)
  stage.verdict = () => judged('Successful')
  stage.setBase(1)
  expect(await stage.promote(undefined)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toMatchObject({ 'primary-a': 'v5 setting 1' })
})

test('next keeps the newest: what was admitted and never began is never begun', async () => {
  const stage = new Stage()
  for (const version of [1, 2, 3]) await stage.promote(version, { admitOnly: true })
  await stage.promote(undefined)
  expect(stage.titles().filter(title => title.includes(' to '))).toEqual([
    'app: v3 to canary (canary)',
    'app: v3 to primaries (primary-a)',
    'app: v3 to primaries (primary-b)',
  ])
})

function untold(version: number): Offer {
  const { source: _untold, ...offer } = image(version)
  return offer
}
