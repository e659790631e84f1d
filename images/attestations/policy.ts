/** Whose attestation counts: who must have signed it, and which repository it must say the image was built from. */
export type AttestationPolicy = {
  /**
   * The workflow that signed, as its certificate names it, such as
   * `https://github.com/acme/kit/.github/workflows/release.yml@refs/tags/v1`; without `@`, at any ref.
   */
  signer: string
  /** The repository that the workflow ran for, such as `https://github.com/acme/coolkit`. */
  source: string
  /** The ref of that repository that it ran for, such as `refs/heads/main`; undefined: any. */
  ref?: string | undefined
  /** Who vouched for the workflow's identity: the issuer of its OIDC token. */
  issuer: string
}

/** What a verified attestation says. */
export type Attested = {
  signer: string
  source: string
  issuer: string
  /** The source ref that the workflow ran for, where its certificate says. */
  ref?: string
  /** The source commit that the workflow ran for, where its certificate says. */
  commit?: string
}

/** Why an attestation does not satisfy a policy; undefined where it does. All are compared whole, never as a pattern. */
export function objection(attested: Attested, policy: AttestationPolicy): string | undefined {
  const { signer, source, issuer } = attested
  if (issuer !== policy.issuer) return `its signer was vouched for by ${shown(issuer)}`
  if (signer !== policy.signer && (policy.signer.includes('@') || !signer.startsWith(`${policy.signer}@`))) {
    return `it was signed by ${shown(signer)}`
  }
  if (source !== policy.source) return `it is of the source ${shown(source)}`
  if (policy.ref !== undefined && attested.ref !== policy.ref) {
    return attested.ref === undefined ? 'it is of no ref that it names' : `it is of the ref ${shown(attested.ref)}`
  }
  return undefined
}

function shown(text: string): string {
  return text === '' ? 'nobody it names' : JSON.stringify(text.slice(0, 300))
}
