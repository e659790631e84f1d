import { TrustedRoot as Description } from '@sigstore/protobuf-specs'
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify'
import { z } from 'zod'
import { ConfigurationError, type Place, parseJson } from '../../configuration/index.ts'

/** The authorities of one Sigstore instance, as one reads a signature against them. */
export type TrustedRoot = TrustMaterial

const description = z.looseObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.trustedroot/),
  certificateAuthorities: z.array(z.unknown()).min(1),
})

/**
 * Reads trusted roots: one JSON object on a line, as `gh attestation trusted-root` prints them (one for the public
 * instance of Sigstore, one for GitHub's own), or a single object over many lines. `place` is the file. Throws a
 * ConfigurationError for what is none.
 */
export function readTrustedRoots(text: string, place: Place): readonly TrustedRoot[] {
  const whole = parseJson(text)
  const objects = whole === undefined ? text.split('\n').filter(line => line.trim() !== '') : [text]
  if (text.trim() === '') throw refuse(place, 'the file is empty')
  return objects.map((line, index) => {
    const where = objects.length > 1 ? { ...place, line: index + 1 } : place
    const value = parseJson(line)
    if (!description.safeParse(value).success) throw refuse(where, 'this is no trusted root of Sigstore')
    try {
      return toTrustMaterial(Description.fromJSON(value))
    } catch (error) {
      throw refuse(
        where,
        `this trusted root cannot be read (${error instanceof Error ? error.message : String(error)})`,
      )
    }
  })
}

function refuse(place: Place, problem: string): ConfigurationError {
  return new ConfigurationError({
    problem,
    place,
    cure: 'Write what `gh attestation trusted-root` prints to this file',
  })
}
