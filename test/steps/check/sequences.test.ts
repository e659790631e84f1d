import { expect, test } from '@jest/globals'
import { readFleet, shares } from '../../../gitops/fleet/index.ts'
import type { Decided } from '../../../gitops/promotion/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import { weightsFor } from '../../../gitops/traffic/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { activateCluster, addCluster, deactivateCluster, drainCluster } from '../../../steps/fleet/index.ts'
import { applyChanges, type Files, filesTree } from '../../../steps/folder/index.ts'
import fc from '../../support/property.ts'
import { cleanRepository } from './repository.ts'

const names = ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c', 'prod-eu1-d', 'prod-eu1-e'] as const
const labels = { environment: 'prod', region: 'eu1', zone: 'eu1-x' }
const made = { by: 'Ada', at: Date.parse('2026-05-01T10:00:00Z'), run: 'cli' }

/** What a person may ask for, on any cluster, whether it is there or not. */
const verbs = {
  activate: (tree: Tree, name: string) => activateCluster(tree, name, made),
  drain: (tree: Tree, name: string) => drainCluster(tree, name, { ...made, force: false }),
  deactivate: (tree: Tree, name: string) => deactivateCluster(tree, name, { ...made, force: false }),
  add: (tree: Tree, name: string) =>
    addCluster(
      tree,
      {
        name,
        labels,
        role: name === 'prod-eu1-d' ? 'canary' : 'primary',
        server: `https://${name}.example`,
        ingress: `${name}.example:443`,
        prometheus: 'https://prometheus.example',
      },
      made,
    ),
}
const step = fc.record({
  verb: fc.constantFrom('activate', 'drain', 'deactivate', 'add'),
  name: fc.constantFrom(...names),
})

function play(files: Files, { verb, name }: { verb: keyof typeof verbs; name: string }): Files {
  const tree = filesTree(files)
  const isThere = tree.id(`clusters/${name}.yaml`) !== undefined
  if (isThere === (verb === 'add')) return files // a mistake, refused as one
  const decided: Decided = verbs[verb](tree, name)
  return decided.kind === 'write' ? applyChanges(files, decided.write.changes) : files
}

test('whatever is asked for in whatever order, the repository stays clean and the weights valid', async () => {
  const start = new Map(Object.entries(cleanRepository()))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
      const files = steps.reduce(play, start)
      const tree = filesTree(files)
      expect(await checkRepository(tree)).toEqual([])
      const fleet = readFleet(tree)
      const weights = weightsFor(shares(fleet))
      const of = (role: string) =>
        fleet.clusters.filter(each => each.role === role).map(each => weights.get(each.name) ?? 0)
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
      expect(sum(of('canary')) * 19).toBe(sum(of('primary')))
      expect(sum(of('primary'))).toBeGreaterThan(0)
      for (const { name, state } of fleet.clusters) if (state !== 'active') expect(weights.get(name)).toBe(0)
    }),
    { numRuns: 25 },
  )
})
