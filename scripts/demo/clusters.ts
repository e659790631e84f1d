import { join } from 'node:path'
import { haproxy } from '../../gitops/traffic/index.ts'
import { type Agent, startAgent } from './agent.ts'
import { containerStore, storeEnvironment } from './containers.ts'
import { gitClient } from './git-client.ts'
import { startIngress } from './haproxy.ts'
import { ingressAddress, type Network, replicaAddress } from './network.ts'
import type { Processes } from './processes.ts'
import type { Prometheus } from './prometheus.ts'
import { Replica } from './replica.ts'

/** A stovepipe cluster of the demo. */
export type DemoCluster = { name: string; ingress: string; agent: Agent }

export type ClusterOptions = {
  app: string
  name: string
  /** From 1 on; its addresses have it. */
  number: number
  replicas: number
  network: Network
  /** The demo's folder. */
  folder: string
  driver: 'overlay' | 'vfs'
  gitops: string
  prometheus: Prometheus
  processes: Processes
  tell: (line: string) => void
}

/** Starts a cluster: its ingress, and the agent that makes it run what Git says. */
export async function startCluster(options: ClusterOptions): Promise<DemoCluster> {
  const { app, name, number, network, folder, driver, gitops, prometheus, processes, tell } = options
  const own = join(folder, name)
  const store = containerStore(storeEnvironment(join(own, 'store'), join(folder, 'tmp'), driver), processes.run)
  const slots = Array.from({ length: options.replicas }, (_, index) => ({
    name: `${app}-${index}`,
    host: replicaAddress(network, number, index + 1),
    service: network.service,
    operations: network.operations,
  }))
  const at = { host: ingressAddress(network, number), port: network.service }
  const ingress = await startIngress(
    processes,
    folder,
    name,
    at,
    slots.map(slot => ({ name: slot.name, service: `${slot.host}:${slot.service}`, operations: slot.operations })),
  )
  const runtime = haproxy({ path: ingress.socket }, 'replicas')
  const ports = { store, processes, ingress: runtime }
  const replicas = slots.map(slot => new Replica(slot, { ...ports, log: `${folder}/logs/${name}-${slot.name}.log` }))
  const git = await gitClient(gitops, join(own, 'git'), processes.run)
  const agent = startAgent({ app, cluster: name, git, store, replicas, prometheus, tell })
  return { name, ingress: `${at.host}:${at.port}`, agent }
}
