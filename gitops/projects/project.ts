import { z } from 'zod'
import { type Document, readDocuments } from '../../configuration/index.ts'
import { includedFiles } from '../applications/index.ts'
import type { Tree } from '../repository/index.ts'

const text = z.string().default('')
const kinds = z.array(z.object({ group: text, kind: z.string() })).nullish()
const kindsOrNone = kinds.transform(list => list ?? [])
const destinations = z.array(z.object({ name: text, server: text, namespace: text })).nullish()

/** As much of an AppProject as says where its Applications may write, and what. */
export const projectSchema = z.object({
  kind: z.literal('AppProject'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    destinations: destinations.transform(list => list ?? []),
    /** None is allowed that is not here. */
    clusterResourceWhitelist: kindsOrNone,
    clusterResourceBlacklist: kindsOrNone,
    /** All are allowed where it is left out. */
    namespaceResourceWhitelist: kinds.transform(list => list ?? undefined),
    namespaceResourceBlacklist: kindsOrNone,
  }),
})

export type Project = { name: string; document: Document; spec: z.output<typeof projectSchema>['spec'] }

/** The AppProjects that Argo CD takes. Throws a ConfigurationError for a file that is no YAML. */
export function projectsIn(tree: Tree): Project[] {
  return includedFiles(tree).taken.flatMap(path =>
    readDocuments(tree.read(path) ?? '', path).flatMap(document => {
      const found = projectSchema.safeParse(document.value)
      return found.success ? [{ name: found.data.metadata.name, document, spec: found.data.spec }] : []
    }),
  )
}
