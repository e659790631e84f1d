import { type ApiServer, startApiServer } from './api-server.ts'
import { startEtcd } from './etcd.ts'
import { startRollouts } from './rollouts.ts'
import { openSite } from './site.ts'

export type ClusterOptions = {
  /** Names its logs; `cluster` by default. */
  name?: string
  /** Whether the Argo Rollouts CRDs and controller are there. */
  rollouts?: boolean
}

/** A Kubernetes API of its own. `logs` is the folder with one file per process. */
export type Cluster = ApiServer & { logs: string; stop(): Promise<void> }

/** Starts etcd and kube-apiserver, and what is asked for beside them. All of it ends with `stop`, or with this process. */
export async function startCluster({ name = 'cluster', rollouts = false }: ClusterOptions = {}): Promise<Cluster> {
  const site = await openSite(name)
  try {
    const server = await startApiServer(site, { name, etcd: await startEtcd(site) })
    if (rollouts) await startRollouts(site, server)
    return { ...server, logs: site.logs, stop: () => site.close() }
  } catch (error) {
    await site.close()
    throw error
  }
}
