export { findAttestations } from './find.ts'
export type { AttestationPolicy, Attested } from './policy.ts'
export { readTrustedRoots, type TrustedRoot } from './trusted-roots.ts'
export { verifyAttestation } from './verify.ts'
