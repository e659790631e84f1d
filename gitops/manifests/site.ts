import { formatImageReference, type ImageReference, parseImageReference, splitRepository } from '../../images/index.ts'
import { type Cursor, refuse } from './cursor.ts'
import { rewrite, type ScalarCursor, textOf } from './scalar.ts'
import type { Edit } from './splice.ts'

/** An image, or some parts of one. */
export type ImageParts = Partial<ImageReference>

/** The parts of an image under keys of their own. `named` is the repository that holds where no key says one. */
export type PartsSite = {
  kind: 'parts'
  at: Cursor
  named?: string | undefined
  registry?: ScalarCursor | undefined
  repository?: ScalarCursor | undefined
  tag?: ScalarCursor | undefined
  digest?: ScalarCursor | undefined
}

/** One place in a text that names an image: a whole reference in one string, or its parts. */
export type Site = { kind: 'reference'; at: ScalarCursor } | PartsSite

/** Reads what a place says; a part that it does not name, or leaves empty, is missing. */
export function readSite(site: Site): ImageParts {
  if (site.kind === 'reference') return referenceIn(textOf(site.at)) ?? {}
  const registry = textOf(site.registry)
  const path = textOf(site.repository)
  const repository = registry && path ? `${registry}/${path}` : (path ?? site.named)
  const [tag, joined] = textOf(site.tag)?.split('@') ?? []
  const digest = textOf(site.digest) ?? joined
  return { ...(repository && { repository }), ...(tag && { tag }), ...(digest && { digest }) }
}

/**
 * The edits that make a place say `to`. Each part of `to` needs a value to replace, and a tag or digest that stands
 * there must be in `to`: a stale digest beside a new tag would deploy the old image. Throws a ConfigurationError
 * with the place otherwise.
 */
export function editSite(site: Site, to: ImageParts): Edit[] {
  if (site.kind === 'reference') return rewrite(site.at, formatImageReference({ repository: '', ...to }))
  const old = readSite(site)
  return [...editRepository(site, old, to), ...editTag(site, old, to), ...editDigest(site, old, to)]
}

/** The image reference that a text is, or undefined when it is none. */
export function referenceIn(text: string | undefined): ImageReference | undefined {
  try {
    return text === undefined ? undefined : parseImageReference(text)
  } catch {
    return undefined
  }
}

function editRepository(site: PartsSite, old: ImageParts, to: ImageParts): Edit[] {
  if (to.repository === undefined || to.repository === old.repository) return []
  if (!site.repository) {
    const key = site.named === undefined ? 'repository' : 'newName'
    return refuse(site.at.node, `there is no ${key} to set`, `Add ${key}: ${to.repository}`, old.repository)
  }
  if (textOf(site.registry) === undefined || !site.registry) return rewrite(site.repository, to.repository)
  const { registry, path } = splitRepository(to.repository)
  return [...rewrite(site.registry, registry), ...rewrite(site.repository, path)]
}

function editTag(site: PartsSite, old: ImageParts, to: ImageParts): Edit[] {
  if (to.tag === undefined) {
    if (!site.tag || !old.tag || to.digest === undefined) return []
    return refuse(site.tag.node, 'the tag would be stale', 'Give the tag of the new image too', old.tag)
  }
  if (!site.tag) return refuse(site.at.node, 'there is no key for the tag', 'Add one with an empty value: ""', to.tag)
  return rewrite(site.tag, joined(site) && to.digest ? `${to.tag}@${to.digest}` : to.tag)
}

function editDigest(site: PartsSite, old: ImageParts, to: ImageParts): Edit[] {
  if (to.digest === undefined) {
    if (!old.digest || to.tag === undefined) return []
    return refuse((site.digest ?? site.at).node, 'the digest would be stale', 'Give the new digest too', old.digest)
  }
  if (!site.digest) {
    if (joined(site)) return []
    return refuse(site.at.node, 'there is no key for the digest', 'Add one with an empty value: ""', to.digest)
  }
  const text = textOf(site.digest)
  if (text !== undefined && !text.startsWith('sha256:')) {
    return refuse(site.digest.node, 'the digest has a form that is not understood', 'Write it as sha256:…', text)
  }
  return rewrite(site.digest, to.digest)
}

/** Some charts have the digest after the tag: `tag: v1@sha256:…`. */
export function joined(site: PartsSite): boolean {
  return textOf(site.tag)?.includes('@') ?? false
}
