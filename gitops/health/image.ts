import { ConfigurationError } from '../../configuration/index.ts'
import { type ImageReference, parseImageReference, splitRepository } from '../../images/index.ts'

/** What must run: this digest, wherever a container comes from this repository. */
export type Wanted = { repository: string; digest: string }

/** Whether a container runs what is wanted, or something else of that repository; `other` comes from elsewhere. */
export type Match = 'wanted' | 'else' | 'other'

/**
 * Compares a container's image with what is wanted. An image named by its tag alone is compared by the id that the
 * kubelet reports, where there is one: a tag says nothing.
 */
export function matchImage(image: string, { repository, digest }: Wanted, imageId?: string): Match {
  const found = parse(image)
  if (!found || !sameRepository(found.repository, repository)) return 'other'
  const running = found.digest ?? /sha256:[0-9a-f]{64}$/.exec(imageId ?? '')?.[0]
  return running === digest ? 'wanted' : 'else'
}

function sameRepository(one: string, other: string): boolean {
  const [a, b] = [splitRepository(one), splitRepository(other)]
  return a.registry === b.registry && a.path === b.path
}

function parse(image: string): ImageReference | undefined {
  try {
    return parseImageReference(image)
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined
    throw error
  }
}
