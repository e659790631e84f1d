import { z } from 'zod'

/** What a pipeline asks of an image's attestation: which workflow signed it, for which source, vouched for by whom. */
export type AttestationRule = { signer: string; source: string; ref?: string | undefined; issuer: string }

const address = z.string().regex(/^https:\/\/\S+$/, 'not an address that begins with https://')

export const attestationSchema = z
  .strictObject({
    signer: address.describe('the workflow that signs, up to `.yml` for any ref or with `@refs/…` for that one'),
    source: address.describe('address of the repository the image is built from'),
    ref: z
      .string()
      .regex(/^refs\/[^\s*]+$/, 'not a ref such as refs/heads/main')
      .optional()
      .describe('the branch (or tag) it is built from, such as refs/heads/main; any when left out, unmerged ones too'),
    issuer: address
      .default('https://token.actions.githubusercontent.com')
      .describe('who vouches for the identity of workflows'),
  })
  .describe('asked of every image at admission: SLSA provenance, signed so; trusted-roots.jsonl says by whom')
