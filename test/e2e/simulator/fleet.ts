import { type ApiServer, startApiServer } from './api-server.ts'
import { type ArgoCd, startArgoCd } from './argocd.ts'
import { namespace } from './argocd-settings.ts'
import type { KubernetesObject } from './client.ts'
import { startEtcd } from './etcd.ts'
import { startKwok } from './kwok.ts'
import { startRollouts } from './rollouts.ts'
import { openSite, type Site } from './site.ts'
import { together } from './together.ts'
import { startWorkloads } from './workloads.ts'

export type Destination = {
  name: string
  /** Labels of the Secret with which Argo CD knows it. */
  labels?: Readonly<Record<string, string>>
  /** One node in each. */
  zones?: readonly string[]
}

/** Argo CD on a hub of its own, and the clusters that it deploys to. */
export type Fleet = {
  hub: ApiServer
  argocd: ArgoCd
  clusters: Readonly<Record<string, ApiServer>>
  /** One file per process. */
  logs: string
  /** For data; removed by `stop`. */
  folder: string
  /** To start more in it, which ends with it. */
  site: Site
  stop(): Promise<void>
}

/** Starts a hub with Argo CD, and per destination a Kubernetes API with workload controllers, Argo Rollouts and kwok. */
export async function startFleet(name: string, destinations: readonly Destination[]): Promise<Fleet> {
  const started = performance.now()
  process.stderr.write(
    `starting a hub with Argo CD, and the clusters ${destinations.map(each => each.name).join(', ')}\n`,
  )
  const fleet = await startFleetIn(await openSite(name), destinations)
  process.stderr.write(`the fleet ${name} runs after ${Math.round((performance.now() - started) / 1000)} s\n`)
  return fleet
}

/** The same in a site that is open already; it is closed if something does not start. */
export async function startFleetIn(site: Site, destinations: readonly Destination[]): Promise<Fleet> {
  try {
    const etcd = await startEtcd(site)
    const starting = destinations.map(destination => startDestination(site, etcd, destination))
    const [hub, clusters] = await together([startHub(site, etcd), together(starting)])
    for (const [index, destination] of destinations.entries()) {
      const cluster = clusters[index]
      if (cluster) await hub.server.client.apply(clusterSecret(cluster, destination.labels))
    }
    return {
      hub: hub.server,
      argocd: hub.argocd,
      clusters: Object.fromEntries(clusters.map(server => [server.name, server])),
      logs: site.logs,
      folder: site.folder,
      site,
      stop: () => site.close(),
    }
  } catch (error) {
    await site.close()
    throw error
  }
}

async function startHub(site: Site, etcd: string) {
  const server = await startApiServer(site, { name: 'hub', etcd })
  return { server, argocd: await startArgoCd(site, server) }
}

async function startDestination(site: Site, etcd: string, { name, zones = ['a', 'b', 'c'] }: Destination) {
  const server = await startApiServer(site, { name, etcd })
  await together([startWorkloads(site, server), startKwok(site, server, zones), startRollouts(site, server)])
  return server
}

/**
 * The Secret with which Argo CD knows a cluster:
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters
 */
export function clusterSecret(
  { name, server, token, ca }: Pick<ApiServer, 'name' | 'server' | 'token' | 'ca'>,
  labels: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const config = { bearerToken: token, tlsClientConfig: { caData: Buffer.from(ca).toString('base64') } }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `cluster-${name}`,
      namespace,
      labels: { 'argocd.argoproj.io/secret-type': 'cluster', ...labels },
    },
    stringData: { name, server, config: JSON.stringify(config) },
  }
}
