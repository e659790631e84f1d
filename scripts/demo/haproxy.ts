import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../parts/parts.mjs'
import type { Processes, Running } from './processes.ts'

export type HaproxyProcess = { name: string; socket: string; running: Running }

type Server = { name: string; address: string; options: string }
type ProxyOptions = {
  /** Names its files in `folder`. */
  name: string
  folder: string
  /** The sockets it listens on, after which it is known to run. */
  listens: readonly { host: string; port: number }[]
  /** Sections after `global` and `defaults`. */
  sections: string
}

/** The shared load balancer: one server for each cluster, weights set at run time; its own metrics on `operations`. */
export function startBalancer(
  processes: Processes,
  folder: string,
  at: { host: string; service: number; operations: number },
  clusters: readonly { name: string; ingress: string }[],
): Promise<HaproxyProcess> {
  const servers = clusters.map(({ name, ingress }) => ({ name, address: ingress, options: 'weight 1 check inter 1s' }))
  return start(processes, {
    name: 'balancer',
    folder,
    listens: [
      { host: at.host, port: at.service },
      { host: at.host, port: at.operations },
    ],
    sections: `
frontend metrics
  bind ${at.host}:${at.operations}
  http-request use-service prometheus-exporter if { path /metrics }
${listen('fleet', `${at.host}:${at.service}`, servers)}`,
  })
}

/** A cluster's own ingress: one server for each replica that may run there, drained until the agent says `ready`. */
export function startIngress(
  processes: Processes,
  folder: string,
  cluster: string,
  at: { host: string; port: number },
  replicas: readonly { name: string; service: string; operations: number }[],
): Promise<HaproxyProcess> {
  const servers = replicas.map(({ name, service, operations }) => ({
    name,
    address: service,
    options: `check inter 500ms fall 2 rise 1 port ${operations}`,
  }))
  return start(processes, {
    name: `ingress-${cluster}`,
    folder,
    listens: [at],
    sections: listen('replicas', `${at.host}:${at.port}`, servers, [
      'option httpchk GET /healthz',
      `http-after-response set-header x-cluster ${cluster}`,
    ]),
  })
}

function listen(name: string, bind: string, servers: readonly Server[], settings: readonly string[] = []): string {
  return [
    `listen ${name}`,
    `  bind ${bind}`,
    '  balance roundrobin',
    ...settings.map(line => `  ${line}`),
    ...servers.map(server => `  server ${server.name} ${server.address} ${server.options}`),
    '',
  ].join('\n')
}

async function start(processes: Processes, { name, folder, listens, sections }: ProxyOptions): Promise<HaproxyProcess> {
  const socket = `${folder}/${name}.sock`
  const file = `${folder}/${name}.cfg`
  // A request is sent again only where no server can have answered it; the demo's load is GET throughout.
  writeFileSync(
    file,
    `global
  stats socket ${socket} mode 600 level admin
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  retries 3
  option redispatch 1
  retry-on conn-failure empty-response
${sections}`,
  )
  const program = findProgram('haproxy') ?? 'haproxy'
  const running = processes.start(name, program, ['-db', '-f', file], { log: `${folder}/logs/${name}.log` })
  for (const { host, port } of listens) {
    for (let tries = 0; !(await answers(host, port)); tries++) {
      if (running.hasEnded() || tries > 100) {
        await running.stop()
        throw new Error(`HAProxy does not listen on ${host}:${port}; see ${folder}/logs/${name}.log`)
      }
      await sleep(50)
    }
  }
  if (running.hasEnded()) throw new Error(`HAProxy ended; see ${folder}/logs/${name}.log`)
  return { name, socket, running }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
