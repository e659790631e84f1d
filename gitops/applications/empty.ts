import type { Document, Step } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import { readSets } from './application-set.ts'
import { TemplateError } from './go-template/index.ts'
import { emptyPaths } from './parameters.ts'

/** A Git generator that finds nothing, and where in its ApplicationSet it is. */
export type EmptyGenerator = { name: string; document: Document; path: readonly Step[] }

/**
 * The Git generators that find neither file nor folder, so that nothing is made by them: without an error in Argo CD.
 * `root` as for `renderSets`. A set that cannot be told has none.
 */
export function emptyGenerators(tree: Tree, root: Tree = tree): EmptyGenerator[] {
  return readSets(tree).flatMap(read => {
    if (!('set' in read)) return []
    const { name, document, set } = read
    return set.spec.generators.flatMap((generator, index) => {
      try {
        return emptyPaths(root, generator).map(path => ({
          name,
          document,
          path: ['spec', 'generators', index, ...path],
        }))
      } catch (error) {
        if (error instanceof TemplateError) return []
        throw error
      }
    })
  })
}
