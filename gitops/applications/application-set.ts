import { z } from 'zod'
import { type Document, readDocuments } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import type { Value } from './go-template/index.ts'
import { includedFiles } from './included.ts'

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), z.record(z.string(), value)]),
)
const paths = z.array(z.strictObject({ path: z.string(), exclude: z.boolean().default(false) })).optional()
const git = z.strictObject({
  repoURL: z.string(),
  revision: z.string(),
  directories: paths,
  files: paths,
  pathParamPrefix: z.string().default(''),
  requeueAfterSeconds: z.number().optional(),
})
const expression = z.strictObject({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
})
const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z.array(expression).default([]),
})
const leaf = z.strictObject({
  git: git.optional(),
  list: z.strictObject({ elements: z.array(z.record(z.string(), value)) }).optional(),
  pullRequest: value.optional(),
  selector: selector.optional(),
})
const generator = leaf.extend({ matrix: z.strictObject({ generators: z.tuple([leaf, leaf]) }).optional() })

/** As much of an ApplicationSet as is known here; whatever else it has could make other Applications. */
const schema = z.object({
  kind: z.literal('ApplicationSet'),
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    goTemplate: z.literal(true),
    goTemplateOptions: z
      .array(z.string())
      .refine(options => options.includes('missingkey=error'), 'without missingkey=error'),
    generators: z.array(generator),
    template: z.record(z.string(), value),
    syncPolicy: z.unknown().optional(),
    ignoreApplicationDifferences: z.unknown().optional(),
    preservedFields: z.unknown().optional(),
  }),
})

export type ApplicationSet = z.output<typeof schema>
export type Generator = z.output<typeof generator>

/** An ApplicationSet as its file says it, or why it is not understood. */
export type ReadSet = { name: string; document: Document } & ({ set: ApplicationSet } | { unknown: string })

const named = z.object({ metadata: z.object({ name: z.string() }) })

/** Reads the ApplicationSets that Argo CD takes. Throws a ConfigurationError for a file that is no YAML. */
export function readSets(tree: Tree): ReadSet[] {
  return includedFiles(tree).taken.flatMap(path =>
    readDocuments(tree.read(path) ?? '', path).flatMap((document): ReadSet[] => {
      const kind = kindOf(document.value)
      const name = named.safeParse(document.value).data?.metadata.name ?? path.slice(path.lastIndexOf('/') + 1)
      if (kind.endsWith('List'))
        return [{ name, document, unknown: 'a list of objects, of which each wants its own ---' }]
      if (kind !== 'ApplicationSet') return []
      const read = schema.safeParse(document.value)
      if (read.success) return [{ name, document, set: read.data }]
      const [issue] = read.error.issues
      return [{ name, document, unknown: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}` }]
    }),
  )
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? String(Reflect.get(value, 'kind')) : ''
}
