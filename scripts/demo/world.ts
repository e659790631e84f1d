import { join } from 'node:path'
import { type Fleet, readFleet } from '../../gitops/fleet/index.ts'
import { type BareRepository, type GitServer, startGitServer } from '../../test/support/git/index.ts'
import { treeOf } from '../../test/support/tree.ts'
import { buildBaseImage } from './base-image.ts'
import { storageDriver, storeEnvironment } from './containers.ts'
import { type HaproxyProcess, startBalancer } from './haproxy.ts'
import { balancerAddress, freeNetworks, ingressAddress, type Network } from './network.ts'
import type { Processes } from './processes.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'
import { startRegistry } from './registry.ts'
import { createGitops, createSource, filesBelow, type Source } from './repositories.ts'

export const app = 'coolkit'
/** Replicas that a cluster has room for. */
export const replicas = 3

/** The machinery the scenes play on; nothing in it knows of the scenes. */
export type World = {
  folder: string
  driver: 'overlay' | 'vfs'
  network: Network
  processes: Processes
  /** Repository of the app's image. */
  image: string
  baseImage: string
  /** For programs that build images. */
  buildEnvironment: Readonly<Record<string, string | undefined>>
  git: GitServer
  gitops: BareRepository & { url: string }
  source: Source
  fleet: Fleet
  prometheus: Prometheus
  balancer: HaproxyProcess & { url: string }
}

/** Starts everything but the clusters. `tell` is called with progress. */
export async function startWorld(folder: string, processes: Processes, tell: (line: string) => void): Promise<World> {
  const template = readFleet(treeOf(filesBelow(new URL('../../gitops/template', import.meta.url).pathname)))
  const driver = await storageDriver(folder, join(folder, 'tmp'), processes.run)
  const buildEnvironment = storeEnvironment(join(folder, 'build'), join(folder, 'tmp'), driver)
  const [registry, { network, proxy }] = await Promise.all([
    startRegistry(processes, folder),
    settle(folder, processes, template),
  ])
  tell(`a registry at ${registry}, the shared load balancer at ${balancerAddress(network)}:${network.service}`)
  const [prometheus, git, baseImage] = await Promise.all([
    startPrometheus(processes, folder, `${balancerAddress(network)}:${network.operations}`),
    startGitServer(join(folder, 'git')),
    buildBaseImage({ run: processes.run, registry, env: buildEnvironment }),
  ])
  tell(`Prometheus at ${prometheus.url}, Git at ${git.url}, storage driver ${driver}`)
  const image = `${registry}/acme/${app}`
  const sourceUrl = `${git.url}/${app}.git`
  const gitops = await createGitops(join(folder, 'git'), [
    { file: /^apps\//, from: `ghcr.io/acme/${app}`, to: image },
    { file: /pipeline\.yaml$/, from: `https://github.com/acme/${app}.git`, to: sourceUrl },
    // A replica here is up in a second or never, and a canary answers in seconds what it would in minutes.
    { file: /pipeline\.yaml$/, from: 'timeout: 10m', to: 'timeout: 2m' },
    { file: /pipeline\.yaml$/, from: 'minimumRequests: 500', to: 'minimumRequests: 50' },
    { file: /^fleet\.yaml$/, from: 'unix:/run/haproxy/admin.sock', to: `unix:${proxy.socket}` },
    { file: /^clusters\//, from: 'https://prometheus.example', to: prometheus.url },
    { file: /^analysis\//, from: 'http://prometheus-operated.monitoring:9090', to: prometheus.url },
    // Scraped every second instead of every 30 s: windows as much shorter show as much.
    { file: /^analysis\//, from: '[2m]', to: '[20s]' },
    { file: /^analysis\//, from: 'interval: 1m', to: 'interval: 4s' },
    { file: /^analysis\//, from: 'count: 5', to: 'count: 3' },
    ...template.clusters.flatMap((cluster, index) =>
      cluster.ingress === undefined
        ? []
        : [{ file: /^clusters\//, from: cluster.ingress, to: ingressOf(network, index + 1) }],
    ),
  ])
  const source = await createSource(join(folder, 'git'), sourceUrl, join(folder, 'checkout'), processes.run)
  return {
    folder,
    driver,
    network,
    processes,
    image,
    baseImage,
    buildEnvironment,
    git,
    gitops: { ...gitops, url: `${git.url}/gitops.git` },
    source,
    fleet: template,
    prometheus,
    balancer: { ...proxy, url: `http://${balancerAddress(network)}:${network.service}` },
  }
}

/** Takes the first network that is free: the load balancer that listens there keeps it for this demo. */
async function settle(folder: string, processes: Processes, { clusters }: Fleet) {
  const behind = clusters
    .map(({ name, role }, index) => ({ name, role, number: index + 1 }))
    .filter(({ role }) => role !== undefined)
  let refused: unknown
  for await (const network of freeNetworks({ clusters: clusters.length, replicas })) {
    const { service, operations } = network
    const servers = behind.map(({ name, number }) => ({ name, ingress: ingressOf(network, number) }))
    try {
      const at = { host: balancerAddress(network), service, operations }
      return { network, proxy: await startBalancer(processes, folder, at, servers) }
    } catch (error) {
      refused = error // taken since it was looked at: the next one
    }
  }
  throw new Error('no loopback network is free for the demo', { cause: refused })
}

function ingressOf(network: Network, number: number): string {
  return `${ingressAddress(network, number)}:${network.service}`
}
