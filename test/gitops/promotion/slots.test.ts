import { expect, test } from '@jest/globals'
import { analysed, judged, kustomization, Stage, usual, usualClusters, wave } from './stage.ts'

const two = { apps: ['app', 'other'] }

test('two apps are never judged on one canary at the same time; the oldest admission goes first', async () => {
  const stage = new Stage(two)
  await stage.promote(1, { app: 'other', admitOnly: true })
  stage.clock.advance(1000)
  const outcomes = await Promise.all([stage.promote(1), stage.promote(undefined, { app: 'other' })])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['promoted', 'promoted'])
  const order = stage.titles().filter(title => / to canary| passed canary/.test(title))
  expect(order).toEqual([
    'other: v1 to canary (canary)',
    'other: v1 passed canary on canary',
    'app: v1 to canary (canary)',
    'app: v1 passed canary on canary',
  ])
})

test.each([
  ['its release went back', { verdict: 'Failed', settings: '' }],
  ['its release is held', { verdict: 'Inconclusive', settings: '' }],
] as const)('a slot is free again once %s', async (_, { verdict }) => {
  const stage = new Stage(two)
  stage.verdict = () => judged(verdict)
  await stage.promote(1, { app: 'other' })
  stage.verdict = () => judged('Successful')
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('an app that waits for its slot says for whom', async () => {
  const stage = new Stage(two)
  const cancel = new AbortController()
  const other = stage.promote(1, { app: 'other', signal: cancel.signal })
  stage.clock.at(stage.clock.now() + 20_000, () => cancel.abort(new Error('killed')))
  await expect(other).rejects.toThrow('killed')
  expect(await stage.promote(1, { until: stage.clock.now() + 60_000 })).toMatchObject({
    kind: 'waiting',
    reason: 'other is being judged on canary canary, or is first in line',
  })
})

test('a hand-edited canary holds nobody up', async () => {
  const stage = new Stage(two)
  stage.beforeWrite = message => {
    if (!message.includes('analysis 1')) return
    stage.beforeWrite = () => {}
    const path = 'apps/other/clusters/canary/kustomization.yaml'
    const text = stage.git.head().read(path) ?? ''
    stage.commit([{ path, text: text.replace('newTag: v1', 'newTag: v9') }])
  }
  expect(await stage.promote(1, { app: 'other' })).toMatchObject({ kind: 'blocked' })
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('one hand-edited canary of two frees both, and the other is judged anew once the edit is gone', async () => {
  const clusters = { ...usualClusters, 'canary-2': 'role: canary, state: active' }
  const stage = new Stage({ ...two, clusters })
  const path = 'apps/other/clusters/canary/kustomization.yaml'
  stage.beforeWrite = message => {
    if (!message.includes('analysis 1')) return
    stage.beforeWrite = () => {}
    stage.commit([{ path, text: kustomization(9) }])
  }
  expect(await stage.promote(1, { app: 'other' })).toMatchObject({ kind: 'blocked' })
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
  stage.commit([{ path, text: kustomization(1) }])
  expect(await stage.promote(1, { app: 'other' })).toMatchObject({ kind: 'promoted' })
})

test('another app whose pin cannot be written does not go first, however old its admission', async () => {
  const stage = new Stage(two)
  const path = 'apps/other/clusters/canary/kustomization.yaml'
  const text = stage.git.head().read(path) ?? ''
  stage.commit([{ path, text: text.replace(/^.*digest:.*\n/m, '') }])
  await expect(stage.promote(1, { app: 'other' })).rejects.toThrow('there is no key for the digest')
  stage.clock.advance(1000)
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('another app whose pipeline does not parse is not this app’s fault', async () => {
  const stage = new Stage(two)
  await stage.promote(1, { app: 'other' })
  stage.commit([{ path: 'apps/other/pipeline.yaml', text: 'spec: {' }])
  expect(await stage.promote(1)).toMatchObject({ kind: 'promoted' })
})

test('a batch takes all the slots it needs or none', async () => {
  const clusters = { ...usualClusters, 'canary-2': 'role: canary, state: active' }
  const one = wave('canary', 'role: canary', analysed, ', batch: 1')
  const stage = new Stage({ ...two, clusters, waves: [one, ...usual.slice(1)] })
  const outcomes = await Promise.all([stage.promote(1), stage.promote(1, { app: 'other' })])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['promoted', 'promoted'])
  expect(stage.titles().filter(title => title.includes('to canary'))).toHaveLength(4)
})
