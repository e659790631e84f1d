/** An image as a pin names it, by tag and digest. */
export type Image = { repository: string; tag: string; digest: string }

/**
 * What is promoted: an image, the commit it was built from, and the Git tree of `base/`. Configuration is released like
 * code, so the same image with another base is another release.
 */
export type Release = Image & {
  /** The application's commit; absent when nobody said, as in an adopted pin. */
  source?: string
  /** Id of the Git tree of `apps/<app>/base`. */
  base: string
}

/** Same image and same configuration, which is all that a cluster's folder can tell: a source only names it. */
export function sameRelease(one: Release | undefined, other: Release | undefined): boolean {
  if (!one || !other) return one === other
  return sameImage(one, other) && one.base === other.base
}

/** The same pin of an image: digest, tag and repository, because all three stand in the manifest. */
export function sameImage(one: Image, other: Image): boolean {
  return one.digest === other.digest && one.tag === other.tag && one.repository === other.repository
}

/**
 * Whether a text names a release: its tag, its digest or the beginning of one (12 hex digits at least), its name in
 * `release.yaml`, which tells two configurations of one image apart, or its exact name.
 */
export function namesRelease(text: string, release: Release): boolean {
  const { tag, digest } = release
  if (text === tag || text === digest || text === keyOf(release) || text === exactNameOf(release)) return true
  return /^[0-9a-f]{12,64}$/.test(text) && digest.startsWith(`sha256:${text}`)
}

/** The name under which `release.yaml` keeps a release: `sha-1a2b3c4d5e6f.0a1b2c3`. */
export function keyOf({ tag, base }: Release): string {
  return `${tag}.${base.slice(0, 7)}`
}

/**
 * The name of one release alone, `sha-1a2b3c4d5e6f.0a1b2c3.9f8e7d6c5b4a`: a tag can be built anew, so it ends with the
 * beginning of the digest.
 */
export function exactNameOf(release: Release): string {
  return `${keyOf(release)}.${release.digest.replace(/^sha256:/, '').slice(0, 12)}`
}

/** A release as a person names it: `sha-1a2b3c4d5e6f (base 0a1b2c3)`. */
export function nameRelease(release: Release | undefined): string {
  return release ? `${release.tag} (base ${release.base.slice(0, 7)})` : 'none'
}
