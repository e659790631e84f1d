import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { haproxy, type LoadBalancer } from '../../../gitops/traffic/index.ts'
import { findProgram } from '../../../scripts/parts/parts.mjs'
import type { Site } from '../simulator/index.ts'
import { accepts, withFreePorts } from '../simulator/ports.ts'

/** The shared load balancer: `address` as fleet.yaml names it. */
export type Balancer = LoadBalancer & { address: string }

/** Starts the real HAProxy with a server for each cluster. Behind them is nobody: it is for weights and sessions. */
export function startBalancer(site: Site, clusters: readonly string[]): Promise<Balancer> {
  const socket = join(site.folder, 'haproxy.sock')
  return withFreePorts(1, async port => {
    const file = join(site.folder, 'haproxy.conf')
    await writeFile(
      file,
      `global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
listen fleet
  bind 127.0.0.1:${port}
  balance roundrobin
${clusters.map(name => `  server ${name} 127.0.0.1:9 weight 1\n`).join('')}`,
    )
    await site.start({
      name: 'haproxy',
      program: findProgram('haproxy') ?? 'haproxy',
      args: ['-db', '-f', file],
      ready: () => accepts(port ?? 0),
    })
    return { ...haproxy({ path: socket }, 'fleet'), address: `unix:${socket}` }
  })
}
