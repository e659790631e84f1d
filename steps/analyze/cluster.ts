import type { Clock, Log } from '../../host/index.ts'
import { type ClusterHost, loadCluster } from '../../kubernetes/index.ts'
import type { AnalysisOutcome } from '../../rollouts/analysis/index.ts'
import { type ClusterRunOptions, runInCluster } from '../../rollouts/cluster/index.ts'
import { type ClusterRequest, specForCluster } from './cluster-request.ts'
import type { AnalyzeRequest } from './request.ts'

/** What only an analysis in a cluster needs of the outside world. */
export type KubernetesHost = ClusterHost & {
  /** Who asks, for people who find the AnalysisRun: for example the address of a workflow's run. */
  from?: string
}

export type InClusterHost = { clock: Clock; log: Log; signal: AbortSignal; kubernetes: KubernetesHost }

/** Has an analysis played by the controller of a cluster. */
export async function playInCluster(
  { name, spec, library, prometheusUrl, timeout }: AnalyzeRequest,
  { address, namespace, keep }: ClusterRequest,
  { clock, log, signal, kubernetes }: InClusterHost,
  told: Pick<ClusterRunOptions, 'onPlan' | 'onMeasurement'>,
): Promise<AnalysisOutcome> {
  const whole = specForCluster(spec, library, prometheusUrl)
  const client = await loadCluster(address, kubernetes)
  return runInCluster(whole, {
    ...{ client, library, keep, clock, log, signal, ...told },
    namespace: namespace ?? client.namespace,
    origin: { name, ...(kubernetes.from !== undefined && { from: kubernetes.from }) },
    ...(timeout !== undefined && { timeout }),
  })
}
