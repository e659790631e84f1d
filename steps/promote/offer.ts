import { ConfigurationError, type Place } from '../../configuration/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import { formatImageReference, parseImageReference, type RegistryReader } from '../../images/index.ts'

/** An image offered for promotion, with what its registry knows of it. */
export type Offer = {
  image: Image
  /** The commit it was built from: its label `org.opencontainers.image.revision`, or the hex digits of its tag. */
  source?: string
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
  const revision = labels['org.opencontainers.image.revision']
  const source = [revision, /^sha-([0-9a-f]{7,64})$/.exec(tag)?.[1]].find(isCommit)
  const home = labels['org.opencontainers.image.source']
  return { image, ...(source && { source }), ...(home && isUrl(home) && { repository: home }) }
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
