import { type Cursor, child, items } from './cursor.ts'
import { scalarChild, textOf } from './scalar.ts'
import type { PartsSite } from './site.ts'

/**
 * The entries of a kustomization's `images` for a repository: those that have it as `name`, which is what `base/`
 * writes, or as `newName`.
 */
export function kustomizationSites(root: Cursor, image: string): PartsSite[] {
  const images = child(root, 'images')
  return (images ? items(images) : [])
    .filter(entry => ['name', 'newName'].some(key => textOf(child(entry, key)) === image))
    .map(at => ({
      kind: 'parts',
      at,
      named: textOf(child(at, 'name')),
      repository: scalarChild(at, 'newName'),
      tag: scalarChild(at, 'newTag'),
      digest: scalarChild(at, 'digest'),
    }))
}
