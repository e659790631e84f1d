import { z } from 'zod'
import { documentsIn } from './files.ts'

const git = z.looseObject({
  repoURL: z.string(),
  revision: z.string(),
  directories: z.array(z.strictObject({ path: z.string() })).optional(),
  files: z.array(z.strictObject({ path: z.string() })).optional(),
})

const pullRequest = z.looseObject({
  github: z.looseObject({ labels: z.array(z.string()), appSecretName: z.string() }),
  requeueAfterSeconds: z.number(),
  continueOnRepoNotFoundError: z.boolean(),
})

const leaf = z.strictObject({
  git: git.optional(),
  list: z.strictObject({ elements: z.array(z.record(z.string(), z.unknown())) }).optional(),
  pullRequest: pullRequest.optional(),
  selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }).optional(),
})

const generator = leaf.extend({ matrix: z.strictObject({ generators: z.tuple([leaf, leaf]) }).optional() })

const source = z.looseObject({
  repoURL: z.string(),
  targetRevision: z.string(),
  path: z.string().optional(),
  chart: z.string().optional(),
})

/** As much of an ApplicationSet as the tests judge. */
export const applicationSet = z.looseObject({
  kind: z.literal('ApplicationSet'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), finalizers: z.array(z.string()).default([]) }),
  spec: z.looseObject({
    goTemplate: z.boolean().optional(),
    goTemplateOptions: z.array(z.string()).default([]),
    syncPolicy: z.looseObject({
      applicationsSync: z.string().optional(),
      preserveResourcesOnDeletion: z.boolean().optional(),
    }),
    strategy: z.unknown().optional(),
    templatePatch: z.unknown().optional(),
    generators: z.array(generator),
    template: z.looseObject({
      metadata: z.strictObject({
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
      spec: z.looseObject({
        project: z.string(),
        source: source.optional(),
        sources: z.array(source).optional(),
        destination: z.strictObject({ name: z.string(), namespace: z.string() }),
        syncPolicy: z.looseObject({
          automated: z.looseObject({ allowEmpty: z.boolean().optional() }),
          syncOptions: z.array(z.string()).default([]),
          retry: z.looseObject({ limit: z.number(), refresh: z.boolean().optional() }),
        }),
      }),
    }),
  }),
})

export type ApplicationSet = z.infer<typeof applicationSet>
export type Generator = z.infer<typeof leaf>

/** The ApplicationSets of the template, by name. */
export const applicationSets: ReadonlyMap<string, ApplicationSet> = new Map(
  documentsIn('applicationsets').map(([, document]) => {
    const set = applicationSet.parse(document)
    return [set.metadata.name, set]
  }),
)

/** One ApplicationSet of the template. */
export function applicationSetOf(name: string): ApplicationSet {
  const set = applicationSets.get(name)
  if (set === undefined) throw new Error(`applicationsets/ has no ${name}`)
  return set
}

/** The generators of a set that make something, those inside a matrix among them. */
export function leavesOf(set: ApplicationSet): Generator[] {
  return set.spec.generators.flatMap(({ matrix, ...other }) => matrix?.generators ?? [other])
}

/** The sources of the Applications of a set. */
export function sourcesOf({ spec }: ApplicationSet) {
  return [...(spec.template.spec.sources ?? []), ...(spec.template.spec.source ? [spec.template.spec.source] : [])]
}

/** The elements of all lists in a set. */
export function elementsOf(set: ApplicationSet): Record<string, unknown>[] {
  return leavesOf(set).flatMap(({ list }) => list?.elements ?? [])
}
