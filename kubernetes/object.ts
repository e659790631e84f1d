import { z } from 'zod'
import { excerpt, KubernetesError } from './error.ts'

/** What every Kubernetes object has; the rest is kept as it is, for its own kind to read. */
export const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    generation: z.int().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
})

export type KubernetesObject = z.infer<typeof objectSchema>

export const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional(), continue: z.string().optional() }).optional(),
  items: z.array(objectSchema).nullable(),
})

/** Reads an answer of the API. Throws a KubernetesError for JSON that is something else's. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const found = excerpt(JSON.stringify(value) ?? '')
  throw new KubernetesError('unexpected', `no answer of a Kubernetes API: ${found}`, { cause: parsed.error })
}
