import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { moduleDirectory } from './build.ts'
import type { KubernetesObject } from './client.ts'
import { readManifests } from './manifests.ts'

export const namespace = 'argocd'

/** The account that `promote` uses; it may look and ask for a refresh, nothing else. */
export const account = 'stovepipe'

/** The namespace of Argo CD with its own default settings, and with what differs here. */
export async function settings(): Promise<KubernetesObject[]> {
  const folder = join(await moduleDirectory('argo-cd', 'github.com/argoproj/argo-cd/v3'), 'manifests/base/config')
  const defaults = await readManifests(folder)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...defaults.map(object => ({
      ...object,
      ...(changes[object.metadata.name]?.(object) ?? {}),
      metadata: { ...object.metadata, namespace },
    })),
  ]
}

const changes: Readonly<Record<string, (object: KubernetesObject) => object>> = {
  'argocd-cm': ({ data }) => ({ data: { ...mapping(data), [`accounts.${account}`]: 'apiKey' } }),
  'argocd-rbac-cm': ({ data }) => ({
    data: { ...mapping(data), 'policy.csv': `p, ${account}, applications, get, */*, allow\n` },
  }),
  'argocd-secret': () => ({ stringData: { 'server.secretkey': randomBytes(32).toString('base64') } }),
}

function mapping(data: unknown): object {
  return typeof data === 'object' && data !== null ? data : {}
}
