import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { weightsFor } from '../../../gitops/traffic/index.ts'
import { findProgram } from '../../../scripts/parts/parts.mjs'
import type { ApiServer } from './api-server.ts'
import { accepts, withFreePorts } from './ports.ts'
import type { Running } from './process.ts'
import { startSitePrometheus } from './prometheus.ts'
import type { Site } from './site.ts'

/** Requests at the apps, the load balancer before them, and what Prometheus knows of both. */
export type Traffic = {
  prometheus: string
  /** Where the requests go in. */
  balancer: string
  /** HAProxy's page of statistics. */
  statistics: string
  /** HAProxy's runtime API, as fleet.yaml names it. */
  runtime: string
}

export type TrafficOptions = {
  /** Share of the traffic of each cluster behind the load balancer; any unit. The others get requests of their own. */
  shares: ReadonlyMap<string, number>
  apps: readonly string[]
  /** Requests a second for each app at the load balancer; a tenth of it at each cluster that is not behind it. */
  rate: number
}

/** Starts the stand-ins for the apps of `clusters`, HAProxy before them, requests, and Prometheus. */
export async function startTraffic(
  site: Site,
  clusters: readonly ApiServer[],
  { shares, apps, rate }: TrafficOptions,
): Promise<Traffic> {
  return withFreePorts(clusters.length + 2, async (balancer, statistics, ...ports) => {
    if (balancer === undefined || statistics === undefined) throw new Error('no ports')
    const placed = clusters.map(({ name, server, token, ca }, index) => ({
      name,
      server,
      token,
      ca,
      port: ports[index],
    }))
    const behind = placed.filter(({ name }) => shares.has(name))
    const runtime = join(site.folder, 'haproxy.sock')
    const load = [
      ...apps.map(app => ({ app, rate, url: `http://127.0.0.1:${balancer}` })),
      ...placed
        .filter(cluster => !behind.includes(cluster))
        .flatMap(({ port }) => apps.map(app => ({ app, rate: rate / 10, url: `http://127.0.0.1:${port}` }))),
    ]
    const standIns = await run(site, 'stand-ins', { clusters: placed, load }, file => ({
      program: process.execPath,
      args: [fileURLToPath(new URL('../stand-ins/main.ts', import.meta.url)), file],
      ready: async () => (await Promise.all(ports.map(accepts))).every(Boolean),
    }))
    const weights = weightsFor(shares)
    const servers = behind.map(({ name, port }) => `server ${name} 127.0.0.1:${port} weight ${weights.get(name)} check`)
    try {
      await run(site, 'haproxy', haproxy({ runtime, balancer, statistics, servers }), file => ({
        program: findProgram('haproxy') ?? 'haproxy',
        args: ['-db', '-f', file],
        ready: async () => (await accepts(balancer)) && accepts(statistics),
      }))
    } catch (error) {
      await standIns.stop() // the next try starts others
      throw error
    }
    const targets = [...ports, statistics].map(port => `127.0.0.1:${port}`)
    return {
      prometheus: await startSitePrometheus(site, { targets, interval: '5s' }),
      balancer: `http://127.0.0.1:${balancer}`,
      statistics: `http://127.0.0.1:${statistics}/`,
      runtime: `unix:${runtime}`,
    }
  })
}

/** Starts a program with a configuration file of its own. */
async function run(
  site: Site,
  name: string,
  configuration: string | object,
  how: (file: string) => Pick<Parameters<Site['start']>[0], 'program' | 'args' | 'ready'>,
): Promise<Running> {
  const file = join(site.folder, `${name}.conf`)
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration)
  await writeFile(file, text, { mode: 0o600 })
  return site.start({ name, ...how(file) })
}

function haproxy(of: { runtime: string; balancer: number; statistics: number; servers: readonly string[] }): string {
  return `global
  stats socket ${of.runtime} mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend statistics
  bind 127.0.0.1:${of.statistics}
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /
  stats refresh 5s
listen fleet
  bind 127.0.0.1:${of.balancer}
  balance roundrobin
  option httpchk GET /healthz
  ${of.servers.join('\n  ')}
`
}
