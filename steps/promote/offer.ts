import { ConfigurationError, type Place } from '../../configuration/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import { contentKeyOf, formatImageReference, parseImageReference, type RegistryReader } from '../../images/index.ts'

/** An image offered for promotion, with what its registry knows of it. */
export type Offer = {
  image: Image
  /**
   * The commit that it stands for: its label `org.opencontainers.image.revision`, or the hex digits of its tag. Where
   * both are there and differ, the build of the tag's commit found this image to have the same content, and the tag's
   * commit is the one that is offered: by the label a revert would be older than what it reverts.
   */
  source?: string
  /** The commit that it was built from, where that is another one: what its attestation and a quarantine may name. */
  builtFrom?: string
  /** Where that commit lives: its label `org.opencontainers.image.source`. */
  repository?: string
}

const place: Place = { input: 'image' }

/**
 * Asks the registry for an offered image: whether it exists, its digest when the reference has none, and the commit it
 * was built from. Throws a ConfigurationError for a reference that cannot be pinned, a RegistryError when the registry
 * refuses or does not answer.
 */
export async function readOffer(text: string, registry: Pick<RegistryReader, 'resolve' | 'labels'>): Promise<Offer> {
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
  const labels = await registry.labels({ repository, digest })
  const commits = commitsOf(tag, labels)
  if (commits.builtFrom !== undefined)
    await requireSameContent({ ...image, builtFrom: commits.builtFrom }, labels, registry)
  const home = labels['org.opencontainers.image.source']
  return { image, ...commits, ...(home && isUrl(home) && { repository: home }) }
}

function commitsOf(tag: string, labels: Readonly<Record<string, string>>): Pick<Offer, 'source' | 'builtFrom'> {
  const labelled = [labels['org.opencontainers.image.revision']].find(isCommit)
  const tagged = /^sha-([0-9a-f]{7,64})$/.exec(tag)?.[1]
  if (labelled !== undefined && tagged !== undefined && !labelled.startsWith(tagged)) {
    return { source: tagged, builtFrom: labelled }
  }
  const source = labelled ?? tagged
  return source === undefined ? {} : { source }
}

/**
 * An image may go by the tag of a commit that it was not built from only if a build said so: it has a content key, and
 * the registry, not only the offer, has it under that tag. Throws a ConfigurationError.
 */
async function requireSameContent(
  image: Image & { builtFrom: string },
  labels: Readonly<Record<string, string>>,
  registry: Pick<RegistryReader, 'resolve'>,
): Promise<void> {
  const { repository, tag, digest, builtFrom } = image
  const fail = (problem: string): never => {
    throw new ConfigurationError({
      problem,
      place,
      value: formatImageReference({ repository, tag, digest }),
      cure: 'Build the commit with build-image, and pass its output `image`',
    })
  }
  const commit = builtFrom.slice(0, 12)
  if (contentKeyOf(labels) === undefined) {
    fail(`the tag names another commit than the image was built from (${commit}), and it has no content key`)
  }
  const held = (await registry.resolve({ repository, tag })).digest
  if (held !== digest) fail(`the registry has another image under this tag (${held}), and this one is of ${commit}`)
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
