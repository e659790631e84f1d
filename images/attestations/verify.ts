import { type Bundle, bundleFromJSON } from '@sigstore/bundle'
import { ASN1Obj } from '@sigstore/core'
import { type Signer, toSignedEntity, Verifier } from '@sigstore/verify'
import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'
import { type AttestationPolicy, type Attested, objection } from './policy.ts'
import type { TrustedRoot } from './trusted-roots.ts'

export type Verdict = { kind: 'verified'; attested: Attested } | { kind: 'refused'; reason: string }

/**
 * Verifies one Sigstore bundle: a statement of SLSA provenance about exactly `digest`, signed in time with a
 * certificate of one of the trusted roots, by the policy's signer for the policy's source. What the statement says of
 * itself is not believed: signer, source, ref and commit come from the certificate, which its authority answers for
 * (Fulcio's extensions: github.com/sigstore/fulcio, docs/oid-info.md). A refusal says why; nothing throws for what a
 * bundle holds.
 */
export function verifyAttestation(
  json: unknown,
  about: { digest: string; policy: AttestationPolicy; roots: readonly TrustedRoot[] },
): Verdict {
  const bundle = read(json)
  if (bundle === undefined) return refused('it is no Sigstore bundle that can be read')
  const irrelevant = notAbout(bundle, about.digest)
  if (irrelevant !== undefined) return refused(irrelevant)
  const reasons = new Set<string>()
  for (const root of about.roots) {
    try {
      const attested = identityOf(verifierFor(root).verify(toSignedEntity(bundle)))
      const against = objection(attested, about.policy)
      return against === undefined ? { kind: 'verified', attested } : refused(against)
    } catch (error) {
      reasons.add(error instanceof Error ? error.message : String(error))
    }
  }
  return refused(`its signature does not hold (${[...reasons].join('; ').slice(0, 300)})`)
}

/**
 * What each instance keeps is asked for: the public one logs certificates and signatures; GitHub's own, for private
 * repositories, has no logs but its timestamps. A time that an authority vouches for is always needed: certificates
 * live for minutes.
 */
function verifierFor(root: TrustedRoot): Verifier {
  const ctlogThreshold = root.ctlogs.length > 0 ? 1 : 0
  const tlogThreshold = root.tlogs.length > 0 ? 1 : 0
  return new Verifier(root, { ctlogThreshold, tlogThreshold, timestampThreshold: 1 })
}

function read(json: unknown): Bundle | undefined {
  try {
    return bundleFromJSON(json)
  } catch {
    return undefined
  }
}

const statement = z.looseObject({
  _type: z.string().regex(/^https:\/\/in-toto\.io\/Statement\/v\d/),
  predicateType: z.string(),
  subject: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })),
})

/** Why a bundle says nothing of how this image was built; its signature is not looked at yet. */
function notAbout({ content }: Bundle, digest: string): string | undefined {
  if (content.$case !== 'dsseEnvelope') return 'it signs a file and states nothing'
  const { payload, payloadType } = content.dsseEnvelope
  if (payloadType !== 'application/vnd.in-toto+json') return 'it is no in-toto statement'
  const parsed = statement.safeParse(parseJson(payload.toString()))
  if (!parsed.success) return 'it is no in-toto statement'
  const { predicateType, subject } = parsed.data
  if (!predicateType.startsWith('https://slsa.dev/provenance/')) return 'it is no SLSA provenance'
  const isAbout = subject.some(({ digest: { sha256 } }) => `sha256:${sha256}` === digest)
  return isAbout ? undefined : 'it is about another image'
}

/** Fulcio's extensions: the repository, the commit and the ref that a workflow ran for. */
const extensions = {
  source: '1.3.6.1.4.1.57264.1.12',
  commit: '1.3.6.1.4.1.57264.1.13',
  ref: '1.3.6.1.4.1.57264.1.14',
}

function identityOf({ identity }: Signer): Attested {
  const value = (name: string) => {
    const found = identity?.oids?.find(({ oid }) => oid?.id.join('.') === name)
    return found && textIn(Buffer.from(found.value))
  }
  const commit = value(extensions.commit)
  const ref = value(extensions.ref)
  return {
    signer: identity?.subjectAlternativeName ?? '',
    issuer: identity?.extensions?.issuer ?? '',
    source: value(extensions.source) ?? '',
    ...(commit !== undefined && { commit }),
    ...(ref !== undefined && { ref }),
  }
}

/** The text in an extension: a DER-encoded UTF8String. */
function textIn(der: Buffer<ArrayBuffer>): string | undefined {
  try {
    return ASN1Obj.parseBuffer(der).value.toString()
  } catch {
    return undefined
  }
}

function refused(reason: string): Verdict {
  return { kind: 'refused', reason }
}
