import { ConfigurationError } from '../../configuration/index.ts'
import type { Pipeline } from '../../gitops/fleet/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import type { Attested } from '../../images/attestations/index.ts'
import { formatImageReference } from '../../images/index.ts'
import { trustedRoots } from './roots.ts'

/** An image on offer, and the commit it says it was built from. */
type Offered = { image: { repository: string; tag: string; digest: string }; source?: string; builtFrom?: string }

/**
 * Holds an offered image to its pipeline's `spec.attestation`: its registry must have SLSA provenance of exactly this
 * digest that is signed by that workflow, for that source and, where the image names its commit, for that commit. The
 * authorities are those of `trusted-roots.jsonl` in the same tree, so that who is trusted is reviewed like everything
 * else and nothing is fetched. Gives what the attestation says; undefined where the pipeline asks for none. Throws a
 * ConfigurationError that says why each attestation found was refused, and what `find` throws.
 */
export async function requireAttestation(
  offer: Offered,
  pipeline: Pipeline,
  { tree, find }: { tree: Tree; find: (image: { repository: string; digest: string }) => Promise<readonly unknown[]> },
): Promise<Attested | undefined> {
  const policy = pipeline.attestation
  if (policy === undefined) return undefined
  const { verifyAttestation } = await import('../../images/attestations/index.ts')
  const roots = await trustedRoots(tree, pipeline.app)
  const { repository, digest } = offer.image
  const refusals: string[] = []
  for (const bundle of await find({ repository, digest })) {
    const verdict = verifyAttestation(bundle, { digest, policy, roots })
    if (verdict.kind === 'refused') {
      refusals.push(verdict.reason)
      continue
    }
    const { attested } = verdict
    if (isOf(attested, offer)) return attested
    refusals.push(
      `it is of the commit ${attested.commit?.slice(0, 12)}, and the image of ${(offer.builtFrom ?? offer.source)?.slice(0, 12)}`,
    )
  }
  const found = refusals.length === 0 ? 'its registry has none' : `of ${refusals.length} found, ${listed(refusals)}`
  throw new ConfigurationError({
    problem: `apps/${pipeline.app}/pipeline.yaml asks for an attestation of the image: ${found}`,
    place: { input: 'image' },
    value: formatImageReference(offer.image),
    cure: `Build it with the workflow ${policy.signer} for ${policy.source}${policy.ref === undefined ? '' : ` on ${policy.ref}`} with \`attest: always\`, or change spec.attestation`,
  })
}

/** An image that names no commit has nothing to compare; one that names a part of it is compared as far as it goes. */
function isOf({ commit }: Attested, { source, builtFrom = source }: Offered): boolean {
  return builtFrom === undefined || commit?.startsWith(builtFrom) === true
}

/** Reasons, each once, with how many attestations they are true of. */
function listed(reasons: readonly string[]): string {
  return [...new Set(reasons)]
    .map(reason => ({ reason, count: reasons.filter(each => each === reason).length }))
    .map(({ reason, count }) => (count === 1 ? reason : `${count} times ${reason}`))
    .join('; ')
}
