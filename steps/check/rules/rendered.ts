import { posix } from 'node:path'
import { z } from 'zod'
import { type Document, type Place, readDocuments } from '../../../configuration/index.ts'
import { type Kind, kindOf } from '../../../gitops/projects/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import { attempt } from '../attempt.ts'
import { isKustomization } from './kustomization.ts'
import { patchOf } from './patches.ts'

/**
 * An object that Argo CD would make of a folder, and where it is written; a generated one's name ends in a hash later. Its
 * value is as patched, and undefined of a generated one.
 */
export type RenderedObject = Kind & { name: string; place: Place; value?: unknown }

/**
 * The objects of a folder as far as kinds, names and patches go: of a kustomization what its resources and components are
 * and its generators add, less what its patches delete; else of every manifest in it. What cannot be read, and what is not in the
 * repository, is left out: other rules say so; and so is a cluster's copy of `base/` that is what `base/` is.
 */
export function renderedObjects(tree: Tree, folder: string): RenderedObject[] {
  return objectsIn(tree, folder, new Set())
}

const texts = z.array(z.string()).catch([])
const named = z.array(z.object({ name: z.string() })).catch([])
const kustomization = z.object({
  resources: texts,
  bases: texts,
  components: texts,
  configMapGenerator: named,
  secretGenerator: named,
  patches: z
    .array(
      z
        .object({
          patch: z.string(),
          path: z.string(),
          target: z.object({ kind: z.string(), name: z.string() }).partial(),
        })
        .partial(),
    )
    .catch([]),
  patchesStrategicMerge: texts,
})
const metadata = z.object({ metadata: z.object({ name: z.string() }) })

function objectsIn(tree: Tree, path: string, seen: ReadonlySet<string>): RenderedObject[] {
  if (seen.has(path)) return [] // in a circle, which kustomize refuses
  const base = /^(apps\/[^/]+)\/clusters\/[^/]+\/base$/.exec(path)?.[1]
  if (base !== undefined && tree.id(path) === tree.id(`${base}/base`)) return [] // a copy, of what is looked at itself
  const children = tree.list(path)
  if (children.length === 0) return documentsOf(tree, path).flatMap(objectOf)
  const file = children.map(({ name }) => `${path}/${name}`).find(isKustomization)
  if (file !== undefined)
    return documentsOf(tree, file).flatMap(each => kustomized(tree, each, new Set([...seen, path])))
  const manifests = children.filter(({ kind, name }) => kind === 'blob' && /\.(ya?ml|json)$/.test(name))
  return manifests.flatMap(({ name }) => documentsOf(tree, `${path}/${name}`).flatMap(objectOf))
}

function kustomized(tree: Tree, document: Document, seen: ReadonlySet<string>): RenderedObject[] {
  const read = kustomization.safeParse(document.value)
  if (!read.success) return []
  const { resources, bases, components, configMapGenerator, secretGenerator, patches, patchesStrategicMerge } =
    read.data
  const folder = posix.dirname(document.file)
  const generated = (kind: string, key: string, list: readonly { name: string }[]): RenderedObject[] =>
    list.map(({ name }, index) => ({ group: '', kind, name, place: document.placeOf([key, index]) }))
  const objects = [
    ...[...resources, ...bases, ...components].flatMap(each => objectsIn(tree, posix.join(folder, each), seen)),
    ...generated('ConfigMap', 'configMapGenerator', configMapGenerator),
    ...generated('Secret', 'secretGenerator', secretGenerator),
  ]
  const inline = (text: string) => {
    const read = attempt('invalid-yaml', document.placeOf(['patches']), () => readDocuments(text, document.file))
    return 'value' in read ? read.value : []
  }
  const at = (path: string) => documentsOf(tree, posix.join(folder, path))
  const written = [
    ...patches.map(({ patch, path, target }) => ({
      documents: patch !== undefined ? inline(patch) : path !== undefined ? at(path) : [],
      target,
    })),
    ...patchesStrategicMerge.map(each => ({
      documents: each.includes('\n') ? inline(each) : at(each),
      target: undefined,
    })),
  ]
  const deleted = written.flatMap(({ documents }) =>
    documents.filter(({ value }) => isDeletion(value)).flatMap(objectOf),
  )
  const changes = written.flatMap(({ documents, target }) =>
    documents.flatMap(({ value }) => patchOf(value, target) ?? []),
  )
  return objects
    .filter(({ kind, name }) => !deleted.some(each => each.kind === kind && each.name === name))
    .map(object => ({
      ...object,
      value: changes.filter(({ isOf }) => isOf(object)).reduce((so, { apply }) => apply(so), object.value),
    }))
}

function documentsOf(tree: Tree, file: string): Document[] {
  const read = attempt('invalid-yaml', { file }, () => readDocuments(tree.read(file) ?? '', file))
  return 'value' in read ? read.value : []
}

function objectOf(document: Document): RenderedObject[] {
  const kind = kindOf(document.value)
  const name = metadata.safeParse(document.value).data?.metadata.name ?? ''
  return kind === undefined ? [] : [{ ...kind, name, place: document.placeOf(['kind']), value: document.value }]
}

function isDeletion(value: unknown): boolean {
  return z.object({ $patch: z.literal('delete') }).safeParse(value).success
}
