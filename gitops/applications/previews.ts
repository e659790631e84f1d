import { z } from 'zod'
import type { Document, Step } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import { readSets } from './application-set.ts'

/** A list of apps that an ApplicationSet joins with the pull requests of each. */
export type PreviewList = {
  document: Document
  /** Where the list is in the document. */
  path: readonly Step[]
  /** What each element says, as far as it says it. */
  elements: readonly Readonly<Record<string, string>>[]
  /** The AppProject of its Applications, unless a template chooses it. */
  project: string | undefined
}

const element = z.record(z.string(), z.unknown()).transform(given => {
  const texts = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts)
})
const template = z.object({ spec: z.object({ project: z.string() }) })

/** The lists of apps with previews, in `applicationsets/`. Throws a ConfigurationError for a file that is no YAML. */
export function readPreviewLists(tree: Tree): PreviewList[] {
  return readSets(tree).flatMap(read => {
    if (!('set' in read)) return []
    const { generators, template: made } = read.set.spec
    const project = template.safeParse(made).data?.spec.project
    return generators.flatMap(({ matrix }, index): PreviewList[] => {
      const leaves = matrix?.generators ?? []
      const at = leaves.findIndex(({ list }) => list !== undefined)
      const list = leaves[at]?.list
      if (!list || !leaves.some(({ pullRequest }) => pullRequest !== undefined)) return []
      return [
        {
          document: read.document,
          path: ['spec', 'generators', index, 'matrix', 'generators', at, 'list', 'elements'],
          elements: list.elements.map(each => element.parse(each)),
          project,
        },
      ]
    })
  })
}
