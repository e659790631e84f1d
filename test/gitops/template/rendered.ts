import { posix } from 'node:path'
import { z } from 'zod'
import { documentsOf, files } from './files.ts'

const kustomization = z.looseObject({
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  configMapGenerator: z.array(z.unknown()).default([]),
  secretGenerator: z.array(z.unknown()).default([]),
})

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

export type RenderedObject = { group: string; kind: string; name: string; namespace: string | undefined }

/**
 * What kustomize makes of a folder, as far as projects ask: the objects of its resources and components and what its
 * generators add (their names without hashes), in the folder's namespace. Throws for what is not in the template.
 */
export function rendered(folder: string): RenderedObject[] {
  const [document] = documentsOf(`${folder}/kustomization.yaml`)
  const { namespace, resources, components, configMapGenerator, secretGenerator } = kustomization.parse(document)
  const core = (kind: string) => ({ group: '', kind, name: '', namespace: undefined })
  const objects = [
    ...[...resources, ...components].flatMap(path => resource(posix.join(folder, path))),
    ...configMapGenerator.map(() => core('ConfigMap')),
    ...secretGenerator.map(() => core('Secret')),
  ]
  return namespace === undefined ? objects : objects.map(made => ({ ...made, namespace }))
}

function resource(path: string): RenderedObject[] {
  return path in files ? documentsOf(path).map(objectOf) : rendered(path)
}

/** The identity of an object. */
export function objectOf(document: unknown): RenderedObject {
  const { apiVersion, kind, metadata } = object.parse(document)
  const [group = '', version] = apiVersion.split('/')
  return { group: version === undefined ? '' : group, kind, name: metadata.name, namespace: metadata.namespace }
}

/** `group/kind` of each object, sorted, each once; `/kind` for the core group. */
export function kindsOf(objects: readonly { group: string; kind: string }[]): string[] {
  return [...new Set(objects.map(({ group, kind }) => `${group}/${kind}`))].sort()
}
