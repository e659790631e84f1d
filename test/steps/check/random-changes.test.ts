import { expect, test } from '@jest/globals'
import { checkChange, checkRepository } from '../../../steps/check/index.ts'
import { type Checkout, filesTree } from '../../../steps/folder/index.ts'
import fc from '../../support/property.ts'
import { changes, filesOf, isStopped, meant, type Registry } from './registry.ts'

const folder = fc.constantFrom('', 'gitops', 'deep/gitops')

function checkout(registry: Registry, folder: string): Checkout {
  const files = filesOf(registry, folder)
  const inGit = [...files].map(([path, text]): [string, string] => [folder === '' ? path : `${folder}/${path}`, text])
  return { tree: filesTree(files), root: filesTree(new Map(inGit)), folder }
}

const namesOf = (registry: Registry) => meant(registry).map(({ name }) => name)

test('of any change to a registry, broken or not, exactly those are refused that take more than the number away', () => {
  const seen = { refused: 0, allowed: 0, repaired: 0 }
  fc.assert(
    fc.property(changes, folder, fc.integer({ min: 0, max: 6 }), ({ base, head }, folder, removes) => {
      const gone = namesOf(base).filter(name => !namesOf(head).includes(name))
      const { applications, findings } = checkChange(checkout(base, folder), checkout(head, folder), { removes })
      const isRefused = gone.length > removes || isStopped(head)
      expect(findings.length > 0).toBe(isRefused)
      if (!isStopped(head)) expect(applications.removed.toSorted()).toEqual(gone.toSorted())
      if (isRefused) seen.refused++
      else if (isStopped(base)) seen.repaired++
      else seen.allowed++
    }),
    { numRuns: 250 },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5) // all three are among them
})

test('of any sets, those that may delete, find nothing or are not taken are refused without any base', async () => {
  await fc.assert(
    fc.asyncProperty(changes, folder, async ({ head }, folder) => {
      const { tree, root } = checkout(head, folder)
      const rules = (await checkRepository(tree, { root, folder })).map(({ rule }) => rule)
      const isThere = !['gone', 'not taken'].includes(head.apps) || head.fleet !== 'gone'
      expect(rules.includes('applicationset-deletes')).toBe(isThere && head.safety !== 'kept')
      expect(rules.includes('not-included')).toBe(head.apps === 'not taken')
      if (head.fleet === 'mistyped') expect(rules).toContain('generator-finds-nothing')
      if (isStopped(head)) expect(rules).toContain('applicationset-stopped')
    }),
    { numRuns: 60 },
  )
})
