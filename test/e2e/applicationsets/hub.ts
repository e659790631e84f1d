import { z } from 'zod'
import { type ApiServer, type Client, eventually, type KubernetesObject, refreshSet } from '../simulator/index.ts'
import { files } from './template.ts'

const set = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string() })).default([]),
    })
    .default({ conditions: [] }),
})

const application = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    finalizers: z.array(z.string()).default([]),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
  }),
})

/** An ApplicationSet on the hub. */
export function setReference(name: string) {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name, namespace: 'argocd' } }
}

/**
 * Has the controller look at Git. A set that has stopped keeps the annotation that asks for it, and looks again after
 * three minutes, so it is taken away first.
 */
export async function ask(hub: Client, name: string): Promise<void> {
  await hub.patch(setReference(name), {
    metadata: { annotations: { 'argocd.argoproj.io/application-set-refresh': null } },
  })
  await refreshSet(hub, name)
}

/** Has the controller look at Git, and waits until it has: then it takes its annotation away. */
export async function look(hub: Client, name: string): Promise<void> {
  await ask(hub, name)
  await eventually(`${name} is rendered`, async () => {
    const { metadata } = set.parse(await hub.get(setReference(name)))
    return !('argocd.argoproj.io/application-set-refresh' in metadata.annotations)
  })
}

/** The message of the error that stops a set, or undefined. */
export async function errorOf(hub: Client, name: string): Promise<string | undefined> {
  const { status } = set.parse(await hub.get(setReference(name)))
  return status.conditions.find(({ type, status }) => type === 'ErrorOccurred' && status === 'True')?.message
}

/** Each Application's identity and owner, by name: the same before and after means that none was made anew. */
export async function identities(hub: Client, selector: string): Promise<Record<string, string>> {
  const list = z.object({ items: z.array(application) })
  const { items } = list.parse(await hub.list('argoproj.io/v1alpha1', 'Application', { namespace: 'argocd', selector }))
  return Object.fromEntries(
    items.map(({ metadata: { name, uid, finalizers, ownerReferences } }) => [
      name,
      [uid, ...finalizers, ...ownerReferences.map(owner => `${owner.kind}/${owner.name}`)].join(' '),
    ]),
  )
}

/** The hub as a cluster that Argo CD writes to: what `in-cluster` is where Argo CD runs in its cluster. */
export function hubSecret({ server, token, ca }: ApiServer): KubernetesObject {
  const config = { bearerToken: token, tlsClientConfig: { caData: Buffer.from(ca).toString('base64') } }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'cluster-hub',
      namespace: 'argocd',
      labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
    },
    stringData: { name: 'hub', server, config: JSON.stringify(config) },
  }
}

/** Changes to the template that leave it these clusters alone. */
export function onlyClusters(clusters: readonly string[]): Record<string, undefined> {
  const elsewhere = Object.keys(files).filter(path => {
    const [, cluster] = /^(?:apps\/[^/]+\/)?clusters\/([^/]+?)(?:\.yaml|\/.*)$/.exec(path) ?? []
    return cluster !== undefined && !clusters.includes(cluster)
  })
  return Object.fromEntries(elsewhere.map(path => [path, undefined]))
}
