import { posix } from 'node:path'
import { load } from 'js-yaml'
import { z } from 'zod'
import { documentsOf, files } from './files.ts'

const kustomization = z.looseObject({
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  configMapGenerator: z.array(z.unknown()).default([]),
  secretGenerator: z.array(z.unknown()).default([]),
  patches: z.array(z.looseObject({ patch: z.string().optional() })).default([]),
})

const deletion = z.looseObject({
  $patch: z.literal('delete'),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
})

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

export type RenderedObject = { group: string; kind: string; name: string; namespace: string | undefined }

/**
 * What kustomize makes of a folder, as far as projects ask: the objects of its resources and components and what its
 * generators add (their names without hashes), less what its patches delete, in the folder's namespace. Throws for what
 * is not in the template, and for a deletion of what is not there.
 */
export function rendered(folder: string): RenderedObject[] {
  const [document] = documentsOf(`${folder}/kustomization.yaml`)
  const { namespace, resources, components, configMapGenerator, secretGenerator, patches } =
    kustomization.parse(document)
  const core = (kind: string) => ({ group: '', kind, name: '', namespace: undefined })
  const objects = [
    ...[...resources, ...components].flatMap(path => resource(posix.join(folder, path))),
    ...configMapGenerator.map(() => core('ConfigMap')),
    ...secretGenerator.map(() => core('Secret')),
  ]
  for (const { patch = '' } of patches) {
    const deleted = deletion.safeParse(load(patch)).data
    if (!deleted) continue
    const at = objects.findIndex(({ kind, name }) => kind === deleted.kind && name === deleted.metadata.name)
    if (at < 0) throw new Error(`${folder} deletes ${deleted.kind} ${deleted.metadata.name}, which is not there`)
    objects.splice(at, 1)
  }
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
