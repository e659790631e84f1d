import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * The demo's own corner of the loopback network: `prefix` is `127.42`, or the next one that is free. The shared load
 * balancer is at `.0.1`; cluster number C has its ingress at `.C.100` and its replicas at `.C.1`, `.C.2`, …, so that
 * ports stay what they are in a cluster. They differ only where something listens on them on all addresses.
 */
export type Network = { prefix: string } & Ports

/** The port of the service and of the operations, the same on every replica. */
export type Ports = { service: number; operations: number }

const prefixes = Array.from({ length: 16 }, (_, index) => `127.${42 + index}`)
const usualPorts: readonly Ports[] = [
  { service: 8080, operations: 2345 },
  { service: 18_080, operations: 12_345 },
  { service: 28_080, operations: 22_345 },
]

/** The networks that have every address free now, best first; `size` is clusters and replicas in each. */
export async function* freeNetworks(
  size: { clusters: number; replicas: number },
  ports: readonly Ports[] = usualPorts,
): AsyncGenerator<Network> {
  for (const pair of ports) {
    for (const prefix of prefixes) {
      const network = { prefix, ...pair }
      if (await isFree(network, size)) yield network
    }
  }
}

export function balancerAddress({ prefix }: Network): string {
  return `${prefix}.0.1`
}

export function ingressAddress({ prefix }: Network, cluster: number): string {
  return `${prefix}.${cluster}.100`
}

export function replicaAddress({ prefix }: Network, cluster: number, replica: number): string {
  return `${prefix}.${cluster}.${replica}`
}

async function isFree(network: Network, { clusters, replicas }: { clusters: number; replicas: number }) {
  const { service, operations } = network
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const wanted = [
    { host: balancerAddress(network), port: service },
    { host: balancerAddress(network), port: operations },
    ...numbers(clusters).flatMap(cluster => [
      { host: ingressAddress(network, cluster), port: service },
      ...numbers(replicas).flatMap(replica => {
        const host = replicaAddress(network, cluster, replica)
        return [
          { host, port: service },
          { host, port: operations },
        ]
      }),
    ]),
  ]
  for (const address of wanted) if (!(await canListen(address))) return false
  return true
}

async function canListen({ host, port }: { host: string; port: number }): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/** A port that is free on `host` at this moment; somebody else may take it before it is used. */
export async function freePort(host: string): Promise<number> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error(`no port is free on ${host}`)
  return address.port
}
