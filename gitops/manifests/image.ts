import { ConfigurationError, placeAt } from '../../configuration/index.ts'
import { formatImageReference, type ImageReference, parseImageReference } from '../../images/index.ts'
import { type Cursor, cursorAt, descend, refuse } from './cursor.ts'
import { kustomizationSites } from './kustomization.ts'
import { isScalar } from './scalar.ts'
import { editSite, type ImageParts, joined, readSite, type Site } from './site.ts'
import { readSource } from './source.ts'
import { type Edit, splice } from './splice.ts'
import { partSite, partsOf, referenceSite, valuesSites } from './values.ts'
import { workloadSites } from './workload.ts'

/**
 * Where an image is looked for. `image` is the repository that stands there now.
 * - kustomization: the one entry of `images` that has it as `name` or `newName`.
 * - workload: every container that runs it, or the one named `container`.
 * - values: the one place in Helm values that names it.
 * - path: the value at a path of keys and indexes: a mapping of Helm's convention, or one string that is the whole
 *   reference, or only the `part` that is named; a digest beside a tag, or a tag beside a digest, goes with it.
 */
export type ImageTarget =
  | { shape: 'kustomization'; image: string }
  | { shape: 'workload'; image: string; container?: string }
  | { shape: 'values'; image: string }
  | { shape: 'path'; path: readonly (string | number)[]; part?: 'repository' | 'tag' | 'digest' }

/** A text after its edits, which are given with the offsets they had before. */
export type Edited = { text: string; edits: readonly Edit[] }

/**
 * Sets an image where `target` says, in place: every character outside the values stays, and a text that says so
 * already comes back as it is. A tag or digest that stands there needs a new one in `to`. Throws a ConfigurationError
 * with its place for what cannot be edited without guessing: no or several matches, a missing key, aliases and
 * anchors that others share, and shapes that are not understood.
 */
export function setImage(text: string, file: string, target: ImageTarget, to: ImageReference): Edited {
  checkReference(to)
  const edits = findSites(text, file, target).flatMap(site => editSite(site, within(target, site, to)))
  return { text: splice(text, edits), edits }
}

/** Reads the image where `target` says: one answer, or one for each container of workloads. Throws as setImage does. */
export function readImages(text: string, file: string, target: ImageTarget): ImageParts[] {
  return findSites(text, file, target).map(readSite)
}

/** Nothing but a well-formed reference is ever written: its characters need no escapes in any style of YAML. */
function checkReference(to: ImageReference): void {
  const parsed = parseImageReference(formatImageReference(to))
  if (parsed.repository === to.repository && parsed.tag === to.tag && parsed.digest === to.digest) return
  throw new ConfigurationError({ problem: 'not a valid image reference', value: to })
}

function findSites(text: string, file: string, target: ImageTarget): Site[] {
  const roots = readSource(text, file).map(cursorAt)
  const sites = roots.flatMap(root => sitesIn(root, target))
  const [first, second] = sites
  if (!first) {
    const where = roots[0] ? placeAt(text, file, roots[0].node.offset) : { file }
    throw new ConfigurationError({
      problem: `there is no ${describe(target)}`,
      place: where,
      cure: cures[target.shape],
    })
  }
  if (second && target.shape !== 'workload') {
    refuse(second.at.node, `there is more than one ${describe(target)}`, 'Leave only one, or name its path')
  }
  return sites
}

function sitesIn(root: Cursor, target: ImageTarget): Site[] {
  switch (target.shape) {
    case 'kustomization':
      return kustomizationSites(root, target.image)
    case 'workload':
      return workloadSites(root, target.image, target.container)
    case 'values':
      return valuesSites(root, target.image)
    case 'path': {
      const at = descend(root, target.path)
      const parent = descend(root, target.path.slice(0, -1))
      if (!at || !parent) return []
      if (isScalar(at)) return [target.part ? partSite(parent, at, target.part) : referenceSite(parent, at)]
      if (at.node.kind === 'mapping' && !target.part) return [partsOf(at)]
      return refuse(at.node, `expected a string, found a ${at.node.kind}`, 'Name the path of the string')
    }
  }
}

/** What of an image is written at a place: all of it, but at the path of a part only that and what goes with it. */
function within(target: ImageTarget, site: Site, to: ImageReference): ImageParts {
  if (target.shape !== 'path' || target.part === undefined || site.kind === 'reference') return to
  if (target.part === 'repository') return { repository: to.repository }
  const { tag, digest } = to
  return { ...(site.tag && tag && { tag }), ...((site.digest || joined(site)) && digest && { digest }) }
}

const cures: Readonly<Record<ImageTarget['shape'], string>> = {
  kustomization: 'Add one with name, newTag and digest under images',
  workload: 'Check the repository that its containers name',
  values: 'Name the path of the image',
  path: 'Check the path',
}

function describe(target: ImageTarget): string {
  switch (target.shape) {
    case 'kustomization':
      return `entry for ${target.image} under images`
    case 'workload':
      return `container ${target.container ? `${JSON.stringify(target.container)} ` : ''}with the image ${target.image}`
    case 'values':
      return `image ${target.image} in these values`
    case 'path':
      return `value at ${target.path.join('.')}`
  }
}
