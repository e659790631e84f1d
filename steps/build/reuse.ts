import type { Log } from '../../host/index.ts'
import { contentKeyOf, contentTag, type Registry, RegistryError } from '../../images/index.ts'
import { revisionLabel } from './labels.ts'

/** An image in the registry under a tag. */
export type Held = { tag: string; digest: string; labels: Readonly<Record<string, string>> }

/** An image that need not be built: it is in the registry already, and now has the tag. */
export type Reused = Held & { reason: string }

/** What there is to take instead of building, or the reason to build. */
export type Found = { kind: 'reused'; image: Reused } | { kind: 'build'; reason: string }

/** What a tag names now; undefined when nothing, or when the registry does not tell, which is logged. */
export async function heldUnder(
  registry: Registry,
  repository: string,
  tag: string,
  log: Log,
): Promise<Held | undefined> {
  try {
    const { digest } = await registry.resolve({ repository, tag })
    return { tag, digest, labels: await registry.labels({ repository, digest }) }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    // Many registries do not tell what is not there from what may not be seen: pushing will show which it is.
    if (error.fault !== 'not-found') log.info(`Not known what ${repository}:${tag} is now: ${error.message}`)
    return undefined
  }
}

/**
 * Looks for an image with the same content key: under the commit's own tag, else under the key's. The latter is given
 * the commit's tag, nothing is built. `objection` says why an image may not be taken all the same. Throws a
 * RegistryError when it cannot be tagged.
 */
export async function reuse(
  registry: Registry,
  wanted: {
    repository: string
    tag: string
    key: string
    before: Held | undefined
    objection: (held: Held) => Promise<string | undefined>
  },
  log: Log,
): Promise<Found> {
  const { repository, tag, key, before, objection } = wanted
  let against: string | undefined
  if (before && contentKeyOf(before.labels) === key) {
    against = await objection(before)
    const reason = `${repository}:${tag} is there already, built from the same content`
    if (against === undefined) return { kind: 'reused', image: { ...before, reason } }
  }
  const found = await heldUnder(registry, repository, contentTag(key), log)
  // Anybody who may push can give a tag; the label is inside what the digest stands for.
  if (!found || contentKeyOf(found.labels) !== key) {
    return { kind: 'build', reason: against ?? 'the registry has no image of this content' }
  }
  against = await objection(found)
  if (against !== undefined) return { kind: 'build', reason: against }
  await registry.tag({ repository, digest: found.digest }, tag)
  const revision = found.labels[revisionLabel]?.slice(0, 12) ?? 'an unknown commit'
  const reason = `nothing that goes into the image changed since it was built from ${revision}`
  return { kind: 'reused', image: { ...found, tag, reason } }
}
