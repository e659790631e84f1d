import { z } from 'zod'
import { documentsIn, documentsOf } from './files.ts'

const kind = z.strictObject({ group: z.string(), kind: z.string() })

const project = z.looseObject({
  kind: z.literal('AppProject'),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.literal('argocd'),
    finalizers: z.array(z.string()).default([]),
  }),
  spec: z.looseObject({
    sourceRepos: z.array(z.string()),
    destinations: z.array(z.strictObject({ name: z.string(), namespace: z.string() })),
    clusterResourceWhitelist: z.array(kind),
    namespaceResourceWhitelist: z.array(kind),
    orphanedResources: z.strictObject({ warn: z.boolean() }).optional(),
    syncWindows: z.unknown().optional(),
    roles: z.array(z.looseObject({ name: z.string(), policies: z.array(z.string()) })).default([]),
  }),
})

export type Project = z.infer<typeof project>

/** The AppProjects of `projects/`, by name. */
export const projects: ReadonlyMap<string, Project> = new Map(
  documentsIn('projects').map(([, document]) => {
    const read = project.parse(document)
    return [read.metadata.name, read]
  }),
)

/** One AppProject of `projects/`. */
export function projectOf(name: string): Project {
  const found = projects.get(name)
  if (found === undefined) throw new Error(`projects/ has no ${name}`)
  return found
}

/** The project that holds the ApplicationSets and the projects themselves. */
export function rootProject(): Project {
  return project.parse(documentsOf('bootstrap/root.yaml')[0])
}
