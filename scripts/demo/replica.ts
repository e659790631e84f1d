import { setTimeout as sleep } from 'node:timers/promises'
import { drainServer, type LoadBalancer } from '../../gitops/traffic/index.ts'
import { systemClock } from '../../host/index.ts'
import type { Container, ContainerStore } from './containers.ts'
import type { Processes, Running } from './processes.ts'

/** What a replica is to run: a container and its variables. Equal keys mean that nothing needs to be done. */
export type Wanted = { key: string; container: Container; env: Readonly<Record<string, string>> }

/** A place for one replica: a loopback address of its own, and its name at the ingress. */
export type Slot = { name: string; host: string; service: number; operations: number }

export type ReplicaPorts = {
  store: ContainerStore
  processes: Processes
  ingress: LoadBalancer
  /** The file that gets what it prints. */
  log: string
}

/** One replica of the app, as Kubernetes would keep one pod. */
export class Replica {
  readonly slot: Slot
  readonly #ports: ReplicaPorts
  #running: Running | undefined
  #wanted: Wanted | undefined

  constructor(slot: Slot, ports: ReplicaPorts) {
    this.slot = slot
    this.#ports = ports
  }

  /** The key of what runs here now; undefined when nothing does. */
  get key(): string | undefined {
    return this.#running && !this.#running.hasEnded() ? this.#wanted?.key : undefined
  }

  /** Starts it and, once it is healthy, lets requests in. Rejects when it is not healthy within 30 s. */
  async start(wanted: Wanted): Promise<void> {
    const { store, processes, ingress, log } = this.#ports
    const { name, host, service, operations } = this.slot
    const env = {
      ...wanted.env,
      HOST: host,
      PORT: String(service),
      METRICS_PORT: String(operations),
      COOLKIT_DRAIN_DELAY_MS: '0', // the ingress is told before the replica is
    }
    this.#wanted = wanted
    const running = processes.start(name, 'buildah', store.runArguments(wanted.container, env), {
      log,
      env: store.env,
      signalled: 'innermost',
    })
    this.#running = running
    for (const until = Date.now() + 30_000; !(await this.#isHealthy()); await sleep(50)) {
      if (running.hasEnded()) throw new Error(`${name} ended while starting; see ${log}`)
      if (Date.now() > until) throw new Error(`${name} was not healthy within 30 s`)
    }
    await ingress.ready(name)
  }

  /** Takes it out of the ingress, waits for its requests, and ends it. */
  async stop(): Promise<void> {
    if (!this.#running || this.#running.hasEnded()) return
    await drainServer(this.#ports.ingress, this.slot.name, { clock: systemClock, timeout: 5000, poll: 50 })
    await this.#running.stop()
  }

  async #isHealthy(): Promise<boolean> {
    return fetch(`http://${this.slot.host}:${this.slot.operations}/healthz`).then(
      response => response.ok,
      () => false,
    )
  }
}
