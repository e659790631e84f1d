import { z } from 'zod'
import { ConfigurationError, type Document } from '../../configuration/index.ts'

/** The version of every kind the kit reads and writes. */
export const apiVersion = 'stovepipe.dev/v1alpha1'

/** A name that can stand in paths, labels and Application names: an RFC 1123 label. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not a name: lower-case letters, digits and -, at most 63 characters')

/** A label's value as Kubernetes takes it: it becomes one, of Applications and of what selects them. */
const labelValue = z
  .string()
  .regex(
    /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
    'not the value of a label: letters, digits, -, _ and ., at most 63 characters, a letter or digit at both ends',
  )

/** The schema of one kind: `apiVersion`, `kind`, `metadata.name`, `spec`; unknown keys are faults. */
export function document<Spec extends z.ZodType>(kind: string, spec: Spec) {
  return z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: z.strictObject({
      name: nameSchema,
      labels: z.record(z.string(), labelValue).default({}).describe('labels; waves select clusters by theirs'),
    }),
    spec,
  })
}

/** The name a file's own name gives: `clusters/prod-a.yaml` is `prod-a`. */
export function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
}

/** A document must be named as its file or folder, so that nobody looks for it elsewhere. */
export function requireName(source: Document, found: string, expected: string): void {
  if (found === expected) return
  throw new ConfigurationError({
    problem: `metadata.name differs from the name its path gives, "${expected}"`,
    place: source.placeOf(['metadata', 'name']),
    value: found,
    cure: 'Rename one of the two',
  })
}
