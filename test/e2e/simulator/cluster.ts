import { type ApiServer, startApiServer } from './api-server.ts'
import { startEtcd } from './etcd.ts'
import { startKwok } from './kwok.ts'
import { startRollouts } from './rollouts.ts'
import { openSite } from './site.ts'
import { together } from './together.ts'
import { startWorkloads } from './workloads.ts'

export type ClusterOptions = {
  /** Names its logs; `cluster` by default. */
  name?: string
  /** Whether the Argo Rollouts CRDs and controller are there. */
  rollouts?: boolean
  /** Whether workloads get pods, which kwok plays, on three nodes. */
  workloads?: boolean
}

/** A Kubernetes API of its own. `logs` is the folder with one file per process. */
export type Cluster = ApiServer & { logs: string; stop(): Promise<void> }

/** Starts etcd and kube-apiserver, and what is asked for beside them. All of it ends with `stop`, or with this process. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { name = 'cluster', rollouts = false, workloads = false } = options
  const site = await openSite(name)
  try {
    const server = await startApiServer(site, { name, etcd: await startEtcd(site) })
    await together([
      ...(workloads ? [startWorkloads(site, server), startKwok(site, server, ['a', 'b', 'c'])] : []),
      ...(rollouts ? [startRollouts(site, server)] : []),
    ])
    return { ...server, logs: site.logs, stop: () => site.close() }
  } catch (error) {
    await site.close()
    throw error
  }
}
