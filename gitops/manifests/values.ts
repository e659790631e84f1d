import { type Cursor, child, refuse } from './cursor.ts'
import { isScalar, type ScalarCursor, scalarChild, textOf } from './scalar.ts'
import { type PartsSite, readSite, referenceIn, type Site } from './site.ts'

/** Keys that charts use for a digest beside the tag in ways of their own; a new tag alone would leave it stale. */
const otherDigests = ['sha', 'sha256', 'imageSha', 'imageDigest']
const besideRepository = ['tag', 'imageTag', 'digest', 'version', ...otherDigests]

/**
 * The places in a chart's values that name a repository, at any depth: mappings with `repository` (and `registry`),
 * and strings under `image`. What is only reached through an alias is found where it is written.
 */
export function valuesSites(at: Cursor, image: string): Site[] {
  if (at.node.kind === 'scalar') return []
  const inner = at.node.kind === 'sequence' ? at.node.items : at.node.entries.map(entry => entry.value)
  const below = inner.flatMap(node =>
    node.kind === 'alias' || node.kind === 'scalar' ? [] : valuesSites({ node, trail: [...at.trail, node] }, image),
  )
  return [...mappingSite(at, image), ...stringSite(at, image), ...below]
}

/** Reads a mapping with the keys of Helm's convention: `registry`, `repository`, `tag` and `digest`. */
export function partsOf(at: Cursor): PartsSite {
  checkDigests(at)
  return {
    kind: 'parts',
    at,
    registry: scalarChild(at, 'registry'),
    repository: scalarChild(at, 'repository'),
    tag: scalarChild(at, 'tag'),
    digest: scalarChild(at, 'digest'),
  }
}

/** One part of an image at a path of its own under `parent`, and the tag or digest that goes with it. */
export function partSite(parent: Cursor, at: ScalarCursor, part: 'repository' | 'tag' | 'digest'): PartsSite {
  if (part === 'repository') return { kind: 'parts', at: parent, repository: at }
  checkDigests(parent, at)
  const [tag, digest] = part === 'tag' ? [at, scalarChild(parent, 'digest')] : [scalarChild(parent, 'tag'), at]
  return { kind: 'parts', at: parent, tag, digest }
}

/** A whole reference under a key of `parent`. Throws when its tag or digest may stand under a key beside it. */
export function referenceSite(parent: Cursor | undefined, at: ScalarCursor): Site {
  const reference = referenceIn(textOf(at))
  const bare = reference?.tag === undefined && reference?.digest === undefined
  const beside = bare && parent && besideRepository.find(key => child(parent, key))
  if (beside)
    refuse(at.node, `the tag may stand under ${beside} beside this`, 'Name the path of the tag', at.node.value)
  return { kind: 'reference', at }
}

function mappingSite(at: Cursor, image: string): Site[] {
  const repository = textOf(child(at, 'repository'))
  if (repository === undefined || !(image === repository || image.endsWith(`/${repository}`))) return []
  const site = partsOf(at)
  return readSite(site).repository === image ? [site] : []
}

function stringSite(parent: Cursor, image: string): Site[] {
  const at = child(parent, 'image')
  return at && isScalar(at) && referenceIn(textOf(at))?.repository === image ? [referenceSite(parent, at)] : []
}

function checkDigests(parent: Cursor, named?: ScalarCursor): void {
  for (const key of otherDigests) {
    const other = child(parent, key)
    if (!other || textOf(other) === undefined || other.node === named?.node) continue
    refuse(other.node, `the digest under ${key} is not understood`, 'Leave it empty and use a key named digest')
  }
}
