import { type ClusterHost, loadCluster } from '../../kubernetes/index.ts'
import type { ObserverChoice } from './observer-request.ts'

/** Finds Argo CD's Applications by a label selector, unread. Throws an OutOfReachError for what may pass by itself. */
export type FindApplications = (selector: string, signal: AbortSignal) => Promise<readonly unknown[]>

/** Opens the place where Applications can be seen. Reaches nothing yet; what it needs is loaded for it alone. */
export async function openApplications(
  choice: Exclude<ObserverChoice, { kind: 'prometheus' }>,
  host: { fetch: typeof fetch; kubernetes: ClusterHost },
): Promise<FindApplications> {
  if (choice.kind === 'argocd') {
    const { argocdDeployments } = await import('./argocd-observer.ts')
    return argocdDeployments({ ...choice, fetch: host.fetch }).labelled
  }
  const { kubernetesDeployments } = await import('./kubernetes-observer.ts')
  const hub = await loadCluster(choice.hub, host.kubernetes)
  const clients = { hub: async () => hub, namespace: choice.namespace, cluster: async () => hub }
  return kubernetesDeployments(clients).labelled
}
