import { z } from 'zod'
import { namespace } from './argocd-settings.ts'
import type { Client } from './client.ts'
import { eventually } from './wait.ts'

/** What the tests judge an Application by. */
export type Application = z.infer<typeof application>

const application = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ destination: z.object({ name: z.string().optional() }), project: z.string() }),
  status: z
    .object({
      sync: z.object({ status: z.string().default('Unknown'), revision: z.string().optional() }).optional(),
      health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
      operationState: z.object({ phase: z.string(), message: z.string().optional() }).optional(),
      conditions: z.array(z.object({ type: z.string(), message: z.string() })).nullish(),
    })
    .default({}),
})

const asked = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) })

const list = z.object({ items: z.array(application) })

/** All Applications of the hub, or those that a label selector picks, by name. */
export async function applications(hub: Client, selector?: string): Promise<Application[]> {
  const options = selector === undefined ? { namespace } : { namespace, selector }
  const { items } = list.parse(await hub.list('argoproj.io/v1alpha1', 'Application', options))
  return items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** Synced to `revision` (any when left out) and Healthy. */
export function settled({ status }: Application, revision?: string): boolean {
  const { sync, health } = status
  if (sync?.status !== 'Synced' || health?.status !== 'Healthy') return false
  return revision === undefined || sync.revision === revision
}

/** One line that says where an Application is, for the error of a wait. */
export function describeApplication({ metadata, status }: Application): string {
  const { sync, health, operationState, conditions } = status
  const said = [operationState?.message, health?.message, ...(conditions ?? []).map(({ message }) => message)]
  const state = `${sync?.status ?? 'not compared'} ${sync?.revision ?? ''} ${health?.status ?? ''}`
  return [`${metadata.name}: ${state}`, ...said.filter(text => text !== undefined && text !== '')].join('\n    ')
}

/** Has Argo CD look at Git now instead of at its next poll. */
export async function refresh(hub: Client, name: string): Promise<void> {
  const reference = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name, namespace } }
  await hub.patch(reference, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } })
}

/** The same, and waits until it has looked. */
export async function refreshed(hub: Client, name: string): Promise<void> {
  await refresh(hub, name)
  await eventually(`Argo CD has looked at ${name}`, async () => {
    const reference = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name, namespace } }
    return asked.parse(await hub.get(reference)).metadata.annotations['argocd.argoproj.io/refresh'] === undefined
  })
}

/** Has the controller look at an ApplicationSet now. */
export async function refreshSet(hub: Client, name: string): Promise<void> {
  const reference = { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name, namespace } }
  const annotations = { 'argocd.argoproj.io/application-set-refresh': 'true' }
  await hub.patch(reference, { metadata: { annotations } })
}
