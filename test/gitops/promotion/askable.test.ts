import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import type { Ports } from '../../../gitops/promotion/index.ts'
import { judged, Stage, usualClusters } from './stage.ts'

/** Ports of which the observer or the judge cannot be asked about a cluster. */
function unaskable(stage: Stage, cluster: string, who: 'observer' | 'judge'): Partial<Ports> {
  const ports = stage.ports()
  const requireAskable = ({ name }: { name: string }) => {
    if (name === cluster) throw new ConfigurationError({ problem: `nobody to ask about ${name}` })
  }
  return { [who]: { ...ports[who], requireAskable } }
}

test.each([
  ['an observer', 'observer', 'primary-b'],
  ['an analysis', 'judge', 'canary'],
] as const)('where %s cannot be asked about a cluster, nothing is admitted', async (_, who, cluster) => {
  const stage = new Stage()
  const before = stage.git.head().commit
  const ports = unaskable(stage, cluster, who)
  await expect(stage.promote(1, {}, ports)).rejects.toThrow(`nobody to ask about ${cluster}`)
  await expect(stage.promote(1, { dryRun: true }, ports)).rejects.toThrow('nobody to ask')
  expect(stage.git.head().commit).toBe(before)
})

test('what no gate analyses needs no judge, and what takes no releases needs nobody', async () => {
  const stage = new Stage({ clusters: { ...usualClusters, old: 'role: primary, state: inactive' } })
  expect(await stage.promote(1, {}, unaskable(stage, 'primary-a', 'judge'))).toMatchObject({ kind: 'promoted' })
  expect(await stage.promote(2, {}, unaskable(stage, 'old', 'observer'))).toMatchObject({ kind: 'promoted' })
})

test('a run that only admits leaves the observer to the next, which brings nothing to any cluster', async () => {
  const stage = new Stage()
  const ports = unaskable(stage, 'canary', 'observer')
  expect(await stage.promote(1, { admitOnly: true }, ports)).toMatchObject({ kind: 'waiting' })
  await expect(stage.promote(1, {}, ports)).rejects.toThrow('nobody to ask about canary')
  expect(stage.titles()).toEqual(['app: admit v1'])
})

test('a rollback goes all the same', async () => {
  const stage = new Stage()
  stage.verdict = () => judged('Failed')
  let asked = 0
  const ports = stage.ports()
  const observer = {
    ...ports.observer,
    requireAskable: () => {
      asked += 1
      if (stage.pins().canary === 'v1') throw new ConfigurationError({ problem: 'removed meanwhile' })
    },
  }
  expect(await stage.promote(1, {}, { observer })).toMatchObject({ kind: 'rolled-back' })
  expect(stage.pins()).toMatchObject({ canary: 'v0' })
  expect(asked).toBeGreaterThan(0)
})
