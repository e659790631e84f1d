import { ConfigurationError, type Place } from '../../configuration/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import {
  contentKeyOf,
  contentTag,
  formatImageReference,
  parseImageReference,
  RegistryError,
  type RegistryReader,
} from '../../images/index.ts'

/** An image offered for promotion, with what its registry knows of it. */
export type Offer = {
  image: Image
  /**
   * The commit that it stands for: that of its label `org.opencontainers.image.revision`. Where the tag names another
   * one, the build of that commit found this image to have the same content, and the tag's commit is the one that is
   * offered: by the label a revert would be older than what it reverts.
   */
  source: string
  /** The commit that it was built from, where that is another one: what its attestation and a quarantine may name. */
  builtFrom?: string
  /** Where that commit lives: its label `org.opencontainers.image.source`. */
  repository?: string
}

type Registry = Pick<RegistryReader, 'resolve' | 'labels'>

const place: Place = { input: 'image' }

/**
 * Asks the registry for an offered image: whether it exists, its digest when the reference has none, whether its tag
 * still names it, and the commit it was built from. Throws a ConfigurationError for what cannot be pinned or is not
 * what it is called, a RegistryError when the registry refuses or does not answer.
 */
export async function readOffer(text: string, registry: Registry): Promise<Offer> {
  const reference = parseImageReference(text, place)
  const { repository, tag } = reference
  if (tag === undefined) {
    throw new ConfigurationError({
      problem: 'the image has no tag, and the tag is the version deployed',
      place,
      value: text,
      cure: 'Pass the output `image` of build-image: repository:tag@sha256:…',
    })
  }
  const { digest } = await registry.resolve(reference)
  const image = { repository, tag, digest }
  const held = reference.digest === undefined ? digest : await digestUnder(registry, { repository, tag })
  // A registry may have dropped the tag of an image that it keeps.
  if (held !== undefined && held !== digest) {
    throw refused(image, `the registry has another image under this tag (${held})`)
  }
  const labels = await registry.labels({ repository, digest })
  const commits = commitsOf(image, labels)
  if (commits.builtFrom !== undefined) {
    await requireSameContent({ ...image, builtFrom: commits.builtFrom, held }, labels, registry)
  }
  const home = labels['org.opencontainers.image.source']
  return { image, ...commits, ...(home && isUrl(home) && { repository: home }) }
}

const revision = 'org.opencontainers.image.revision'

function commitsOf(image: Image, labels: Readonly<Record<string, string>>): Pick<Offer, 'source' | 'builtFrom'> {
  const labelled = labels[revision]
  if (!isCommit(labelled)) {
    throw new ConfigurationError({
      problem: `the image does not say which commit it was built from: ${labelled === undefined ? `it has no label ${revision}` : `its label ${revision} is no commit`}`,
      place,
      value: formatImageReference(image),
      cure: 'Build it with build-image, or give your build that label, with the commit as its value',
    })
  }
  const tagged = /^sha-([0-9a-f]{7,64})$/.exec(image.tag)?.[1]
  if (tagged === undefined || labelled.startsWith(tagged)) return { source: labelled }
  return { source: tagged, builtFrom: labelled }
}

/**
 * An image may go by the tag of a commit that it was not built from only if a build said so: it has a content key, and
 * the registry, not only the offer, has it under that tag and under the key's. Throws a ConfigurationError.
 */
async function requireSameContent(
  image: Image & { builtFrom: string; held: string | undefined },
  labels: Readonly<Record<string, string>>,
  registry: Registry,
): Promise<void> {
  const { repository, digest, builtFrom, held } = image
  const other = `the tag names another commit than the image was built from (${builtFrom.slice(0, 12)})`
  const key = contentKeyOf(labels)
  if (key === undefined) throw refused(image, `${other}, and it has no content key`)
  if (held === undefined) throw refused(image, `${other}, and the registry has nothing under this tag`)
  const found = await digestUnder(registry, { repository, tag: contentTag(key) })
  if (found === digest) return
  const what = found === undefined ? 'no image' : `another image (${found})`
  throw refused(image, `${other}, and the registry has ${what} under the tag of its content key`)
}

function refused({ repository, tag, digest }: Image, problem: string): ConfigurationError {
  return new ConfigurationError({
    problem,
    place,
    value: formatImageReference({ repository, tag, digest }),
    cure: 'Build the commit with build-image, and pass its output `image`',
  })
}

/** What a tag names now; undefined when nothing. */
async function digestUnder(registry: Registry, named: { repository: string; tag: string }) {
  try {
    return (await registry.resolve(named)).digest
  } catch (error) {
    if (error instanceof RegistryError && error.fault === 'not-found') return undefined
    throw error
  }
}

/** An offered image must be the app's: anybody can label an image, but only the app's own repository holds its images. */
export function requireOwn({ image }: Offer, pipelineImage: string, app: string): void {
  if (image.repository === pipelineImage) return
  throw new ConfigurationError({
    problem: `not an image of ${app}, whose pipeline names ${pipelineImage}`,
    place,
    value: formatImageReference(image),
    cure: `Push to ${pipelineImage}, or change spec.image in apps/${app}/pipeline.yaml`,
  })
}

function isCommit(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{7,64}$/.test(text)
}

function isUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.protocol === 'http:'
}
