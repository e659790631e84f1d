import { expect, test } from '@jest/globals'
import { judged, Stage, usual, wave } from './stage.ts'

const begun = (stage: Stage) => stage.titles().filter(title => title.includes(' to '))

/** Admits the next version when a release passes the canary, as steady merges do. */
function merging(stage: Stage, last: number): void {
  let newest = 1
  stage.beforeWrite = async message => {
    if (!message.includes(`v${newest} `) || !message.includes('passed canary') || newest >= last) return
    newest += 1
    await stage.promote(newest, { admitOnly: true })
  }
}

test('between waves, a release gives way once its canary passed, but not twice running', async () => {
  const stage = new Stage()
  merging(stage, 4)
  await stage.promote(1)
  await stage.promote(undefined)
  expect(begun(stage)).toEqual([
    'app: v1 to canary (canary)',
    'app: v2 to canary (canary)',
    'app: v2 to primaries (primary-a)',
    'app: v2 to primaries (primary-b)',
    'app: v3 to canary (canary)',
    'app: v4 to canary (canary)',
    'app: v4 to primaries (primary-a)',
    'app: v4 to primaries (primary-b)',
  ])
})

test('in the middle of a wave nothing gives way', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('to primaries (primary-a)')) return
    stage.beforeWrite = () => {}
    return stage.promote(2, { admitOnly: true })
  }
  expect(await stage.promote(1)).toMatchObject({ kind: expect.stringMatching(/promoted|superseded/) })
  await stage.promote(undefined)
  expect(stage.pins()).toEqual({ canary: 'v2', 'primary-a': 'v2', 'primary-b': 'v2' })
})

test('immediate gives way in the middle of a gate, and what was pinned stays until it is overtaken', async () => {
  const soaking = wave('canary', 'role: canary', '{ soak: 10m }')
  const stage = new Stage({ settings: 'supersede: immediate, ', waves: [soaking, ...usual.slice(1)] })
  stage.clock.at(stage.clock.now() + 120_000, () => void stage.promote(2, { admitOnly: true }))
  expect(await stage.promote(1)).toMatchObject({ kind: 'superseded' })
  expect(begun(stage)).toEqual(['app: v1 to canary (canary)', 'app: v2 to canary (canary)'])
})

test('a verdict that is in comes before a newer release', async () => {
  const stage = new Stage({ settings: 'supersede: immediate, ' })
  stage.verdict = (_, version) => judged(version === 'v1' ? 'Failed' : 'Successful')
  stage.clock.at(stage.clock.now() + 59_999, () => void stage.promote(2, { admitOnly: true }))
  await stage.promote(1)
  await stage.promote(2)
  expect(stage.state().quarantine.map(({ tag }) => tag)).toEqual(
    stage.titles().some(title => title.startsWith('app: roll back v1')) ? ['v1'] : [],
  )
  expect(stage.pins()).toMatchObject({ canary: 'v2' })
})

test.each([
  ['held', 'Inconclusive'],
  ['rolled back', 'Failed'],
] as const)('a release that is %s gives way at once', async (_, phase) => {
  const stage = new Stage()
  stage.verdict = (_, version) => judged(version === 'v1' ? phase : 'Successful')
  await stage.promote(1)
  expect(await stage.promote(2)).toMatchObject({ kind: 'promoted' })
})

test('a canary that comes while the primaries are due is judged before they go on', async () => {
  const stage = new Stage()
  stage.beforeWrite = message => {
    if (!message.includes('to primaries (primary-a)')) return
    stage.beforeWrite = () => {}
    const path = 'clusters/canary-2.yaml'
    const text = (stage.git.head().read('clusters/canary.yaml') ?? '').replace('name: canary', 'name: canary-2')
    stage.commit([{ path, text }])
  }
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  expect(stage.pins()).toMatchObject({ canary: 'v1', 'canary-2': 'v1', 'primary-a': 'v1' })
})
