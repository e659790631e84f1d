import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { z } from 'zod'
import type { KubernetesObject } from './client.ts'

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

/** The objects of one YAML file. */
export async function readManifest(file: string): Promise<KubernetesObject[]> {
  return parseManifest(await readFile(file, 'utf8'))
}

/** The objects of a YAML text; empty documents are left out. */
export function parseManifest(text: string): KubernetesObject[] {
  return loadAll(text)
    .filter(document => document !== null && document !== undefined)
    .map(document => {
      const { metadata, ...rest } = object.parse(document)
      const { namespace, ...others } = metadata
      return { ...rest, metadata: namespace === undefined ? others : { ...others, namespace } }
    })
}

/** The objects of all YAML files of a folder but `kustomization.yaml`. */
export async function readManifests(folder: string): Promise<KubernetesObject[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.yaml') && file !== 'kustomization.yaml')
  return (await Promise.all(files.sort().map(file => readManifest(join(folder, file))))).flat()
}
