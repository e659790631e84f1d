import { RegistryError } from '../../images/index.ts'
import { revisionLabel } from './labels.ts'
import type { Held } from './reuse.ts'

/**
 * Why an image of the same content may not be given a commit's tag; undefined where it may. Promotion asks the image
 * which commit it stands for unless the tag names one, so a tag of another kind takes an image of this very commit: a
 * revert under `v3` would else be as old as what it goes back to. `attestations`, where it is given, looks for those
 * beside the image: an image without would never be attested later.
 */
export async function objectionTo(
  { digest, labels }: Held,
  wanted: {
    tag: string
    commit: string
    attestations: ((digest: string) => Promise<readonly unknown[]>) | undefined
  },
): Promise<string | undefined> {
  const { tag, commit, attestations } = wanted
  if (!isTagOf(tag, commit) && labels[revisionLabel] !== commit) {
    return 'the image of this content is of another commit, and the tag does not say which it stands for'
  }
  if (attestations === undefined) return undefined
  try {
    const found = await attestations(digest)
    return found.length > 0 ? undefined : 'the image of this content has no attestation'
  } catch (error) {
    if (error instanceof RegistryError)
      return `the attestations of this content's image are not known: ${error.problem}`
    throw error
  }
}

/** Whether a tag names this commit, as promotion reads it. */
function isTagOf(tag: string, commit: string): boolean {
  const digits = /^sha-([0-9a-f]{7,64})$/.exec(tag)?.[1]
  return digits !== undefined && commit.startsWith(digits)
}
