import type { Cluster } from '../../gitops/fleet/index.ts'
import type { Application, Wanted, Workload } from '../../gitops/health/index.ts'

/** One entry of what an Application holds (`status.resources`). */
export type ResourceName = { group: string; version: string; kind: string; namespace: string; name: string }

/** Where what Argo CD does can be seen. Every method throws an OutOfReachError for what may pass by itself. */
export interface Deployments {
  readonly name: 'argocd' | 'kubernetes'
  /** The Applications of an app on a cluster, unread: there should be one. */
  applications(app: string, cluster: string, signal: AbortSignal): Promise<readonly unknown[]>
  /** The Applications that a label selector finds, unread. */
  labelled(selector: string, signal: AbortSignal): Promise<readonly unknown[]>
  /** Has Argo CD compare an Application with Git now, not at its next poll. */
  refresh(application: Application, signal: AbortSignal): Promise<void>
  /** The object as it is in the cluster now; undefined where it is not there. */
  workload(place: Place, resource: ResourceName): Promise<unknown>
  /** The pods that workloads made; those that run what is wanted may be left out. */
  pods(place: Place, workloads: readonly Workload[], wanted: Wanted): Promise<readonly unknown[]>
}

export type Place = { cluster: Cluster; application: Application; signal: AbortSignal }

/** An API that did not answer, or not with what was asked for: nothing is known of the cluster. */
export class OutOfReachError extends Error {
  override readonly name = 'OutOfReachError'
}

/** What selects the Applications of an app on a cluster. */
export function labelsOf(app: string, cluster: string): string {
  return `stovepipe.dev/app=${app},stovepipe.dev/cluster=${cluster}`
}
