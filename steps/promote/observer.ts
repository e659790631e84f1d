import type { Cluster } from '../../gitops/fleet/index.ts'
import type { Observer } from '../../gitops/promotion/index.ts'
import type { Clock } from '../../host/index.ts'
import { type ClusterHost, type KubernetesClient, loadCluster } from '../../kubernetes/index.ts'
import type { Prometheus } from '../../rollouts/prometheus/index.ts'
import { deploymentObserver, type ObserverPorts } from './deployment-observer.ts'
import type { ObserverChoice } from './observer-request.ts'
import { prometheusObserver } from './prometheus-observer.ts'

export type ObserverHost = ObserverPorts & {
  clock: Clock
  fetch: typeof fetch
  kubernetes: ClusterHost
  prometheusOf(cluster: Cluster): Prometheus
}

/** The observer that was asked for. Reaches nothing yet; what it needs is loaded for it alone. */
export async function openObserver(choice: ObserverChoice, host: ObserverHost): Promise<Observer> {
  switch (choice.kind) {
    case 'prometheus':
      return prometheusObserver(host.prometheusOf, host.clock)
    case 'argocd': {
      const { argocdDeployments } = await import('./argocd-observer.ts')
      return deploymentObserver(argocdDeployments({ ...choice, fetch: host.fetch }), host)
    }
    case 'kubernetes': {
      const { kubernetesDeployments } = await import('./kubernetes-observer.ts')
      const { hub, namespace } = choice
      const opened = once((_: 'hub') => loadCluster(hub, host.kubernetes))
      const clusters = once(({ name, server }: Cluster) => {
        const { context: _, ...kubeconfig } = hub
        return loadCluster({ ...kubeconfig, context: name, ...(server && { server }) }, host.kubernetes)
      })
      const clients = {
        hub: () => opened('hub', 'hub'),
        namespace,
        cluster: (cluster: Cluster) => clusters(cluster.name, cluster),
      }
      return deploymentObserver(kubernetesDeployments(clients), host)
    }
  }
}

/** Opens each client once; one that could not be opened is tried again. */
function once<T>(open: (key: T) => Promise<KubernetesClient>): (name: string, key: T) => Promise<KubernetesClient> {
  const opened = new Map<string, Promise<KubernetesClient>>()
  return (name, key) => {
    const known = opened.get(name)
    if (known) return known
    const opening = open(key)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }
}
