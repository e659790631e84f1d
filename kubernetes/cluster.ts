import { type KubernetesClient, makeClient } from './client.ts'
import { loadCredentials } from './credentials.ts'
import { findSources, type SourceHost } from './kubeconfig.ts'

export type ClusterAddress = {
  /** A path, or the document itself. Left out: KUBECONFIG, `~/.kube/config`, or the pod's own service account. */
  kubeconfig?: string
  /** A context of it; its current one when left out. */
  context?: string
  /** Where there is no context of that name: the API server's address, for the first context that leads there. */
  server?: string
}

export type ClusterHost = SourceHost & {
  /** Told every secret before it is first used. */
  mask(secret: string): void
}

/**
 * A client for a cluster's API. Asks the cluster nothing yet. A kubeconfig may name a program to get a token from,
 * which is run as kubectl runs it. Throws a ConfigurationError with the place for a kubeconfig that cannot be used.
 */
export async function loadCluster(address: ClusterAddress, host: ClusterHost): Promise<KubernetesClient> {
  const read = () => findSources(address.kubeconfig, host)
  const { credentials, namespace } = await loadCredentials(read, address, host)
  return makeClient(credentials, namespace ?? 'default')
}
