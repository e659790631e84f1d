export { requireAttestation } from './require.ts'
export { trustedRoots } from './roots.ts'
