import { expect, test } from '@jest/globals'
import { forgive, protocol, type QuarantineEntry, quarantined, type Release } from '../../../gitops/promotion/index.ts'
import fc from '../../support/property.ts'
import { image, judged, Stage } from './stage.ts'

const release = (version: number, base = 'a'): Release => ({ ...image(version), base: base.repeat(40) })
const entryFor = (bad: Release, before: Release): QuarantineEntry => {
  const entry = protocol.quarantineEntry(bad, before, because)
  if (!entry) throw new Error('nothing is refused')
  return entry
}
const because = { at: '2026-11-21T00:00:00.000Z', by: 'a gate', reason: 'errors' }

test('a changed image is refused with any base, and so is a rebuild of its commit', () => {
  const entry = entryFor(release(2), release(1))
  expect(quarantined([entry], release(2, 'b'))).toBe(entry)
  expect(quarantined([entry], { ...release(2), digest: image(7).digest })).toBe(entry)
  expect(quarantined([entry], release(3))).toBeUndefined()
})

test('where only the base changed, the image stays good with any other', () => {
  const entry = entryFor(release(1, 'b'), release(1, 'a'))
  expect(quarantined([entry], release(1, 'b'))).toBe(entry)
  expect(quarantined([entry], release(1, 'c'))).toBeUndefined()
  expect(quarantined([entry], release(2, 'b'))).toBeUndefined()
})

test('without a predecessor the image is to blame', () => {
  expect(protocol.quarantineEntry(release(1), undefined, because)).not.toHaveProperty('base')
})

test('a rebuild that fails is refused without the commit: the build of it that was good stays good', () => {
  const good = { ...release(2), digest: image(7).digest }
  const entry = entryFor(release(2), good)
  expect(quarantined([entry], release(2, 'b'))).toBe(entry)
  expect(quarantined([entry], good)).toBeUndefined()
})

test('nothing is refused where the predecessor is the same image with the same configuration', () => {
  expect(protocol.quarantineEntry({ ...release(3), digest: image(2).digest }, release(2), because)).toBeUndefined()
})

test('a fix is always admissible: no entry refuses another image of another commit', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), fc.nat(9), (bad, before, fix) => {
      fc.pre(fix !== bad)
      const entry = entryFor(release(bad, 'b'), release(before))
      return quarantined([entry], release(fix, 'b')) === undefined
    }),
  )
})

test('a person releases by tag or digest, and then it may be offered again', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Failed')
  await stage.promote(1)
  const decision = { by: 'Ada', reason: 'the database was to blame', at: stage.clock.now(), run: 'cli' }
  expect(forgive(stage.git.head(), 'app', 'v2', decision)).toMatchObject({
    kind: 'nothing',
    stop: { reason: '"v2" is not in quarantine; there is v1' },
  })
  const forgiven = forgive(stage.git.head(), 'app', 'v1', decision)
  if (forgiven.kind === 'write') stage.git.write(forgiven.write, 'Ada', stage.clock.now())
  expect(stage.state().quarantine).toEqual([])
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(1, { redeploy: true })).toMatchObject({ kind: 'promoted' })
})

test('a release that is put in quarantine while it is under way goes back', async () => {
  const stage = new Stage()
  const entry: QuarantineEntry = { digest: image(1).digest, tag: 'v1', ...because, by: 'Ada', reason: 'it leaks' }
  stage.beforeWrite = message => {
    if (!message.includes('passed canary')) return
    stage.beforeWrite = () => {}
    const spec = JSON.stringify({ entries: [entry] })
    const text = `apiVersion: stovepipe.dev/v1alpha1\nkind: Quarantine\nmetadata: { name: app }\nspec: ${spec}\n`
    stage.commit([{ path: 'apps/app/quarantine.yaml', text }])
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back', reason: expect.stringContaining('it leaks') })
  expect(stage.pins()).toMatchObject({ canary: 'v0', 'primary-a': 'v0' })
})

test('what waits as next is not begun once its image is refused', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Failed')
  stage.beforeWrite = async message => {
    if (!message.includes('analysis 1')) return
    stage.beforeWrite = () => {}
    stage.setBase(1)
    await stage.promote(undefined, { admitOnly: true }) // the same image, with another base
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'rolled-back' })
  await stage.promote(undefined)
  expect(stage.titles().filter(title => title.includes(' to '))).toEqual(['app: v1 to canary (canary)'])
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
})
