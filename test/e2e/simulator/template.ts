import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiServer } from './api-server.ts'
import { namespace } from './argocd-settings.ts'
import type { KubernetesObject } from './client.ts'
import { parseManifest } from './manifests.ts'
import type { GitOpsRepository } from './repository.ts'

const template = fileURLToPath(new URL('../../../gitops/template', import.meta.url))

/** What a person applies to the hub, from the repository's head: projects and the ApplicationSets named. */
export async function applyTemplate(
  hub: ApiServer,
  repository: GitOpsRepository,
  sets: readonly string[] = ['namespaces', 'apps'],
): Promise<void> {
  const files = await repository.git('ls-tree', '--name-only', 'refs/heads/main', 'projects/')
  const objects: KubernetesObject[] = []
  for (const file of [...files.trim().split('\n'), ...sets.map(set => `applicationsets/${set}.yaml`)]) {
    objects.push(...parseManifest((await repository.read(file)) ?? ''))
  }
  for (const object of objects) await hub.client.apply({ ...object, metadata: { namespace, ...object.metadata } })
}

/** The names of the clusters in the template, which are those of their files. */
export async function templateClusters(): Promise<string[]> {
  const files = await readdir(`${template}/clusters`)
  return files.map(file => basename(file, '.yaml')).sort()
}

/** The names of the apps in the template, which are those of their folders. */
export async function templateApps(): Promise<string[]> {
  return (await readdir(`${template}/apps`)).sort()
}
