import { type Fault, parseFault } from './fault.ts'

/** What the service is told by its environment. Times are milliseconds. */
export type Settings = {
  /** The address both servers listen on. */
  host: string
  port: number
  metricsPort: number
  /** Who this replica is; these become the labels of every series. */
  identity: { app: string; cluster: string; tag: string; digest: string; track: string }
  fault: Fault
  /** Added to every answer of the API. */
  delay: number
  /** How long to go on answering after SIGTERM, while the load balancers learn that this replica is leaving. */
  drainDelay: number
  /** How long requests in flight may take after that. */
  drainTimeout: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the settings. Throws an Error that names the variable and its bad value. */
export function readSettings(environment: Environment): Settings {
  const text = (name: string, otherwise: string) => environment[name] || otherwise
  const integer = (name: string, otherwise: number, largest: number) => {
    const value = environment[name] || String(otherwise)
    if (!/^\d+$/.test(value) || Number(value) > largest) {
      throw new Error(`${name} must be a whole number from 0 to ${largest} (found ${JSON.stringify(value)})`)
    }
    return Number(value)
  }
  return {
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', 8080, 65_535),
    metricsPort: integer('METRICS_PORT', 2345, 65_535),
    identity: {
      app: text('APP', 'coolkit'),
      cluster: text('CLUSTER', 'local'),
      ...release(text('DEPLOYED_IMAGE', '')),
      track: text('TRACK', 'stable'),
    },
    fault: parseFault(text('COOLKIT_FAULT', 'none')),
    delay: integer('COOLKIT_DELAY_MS', 0, 60_000),
    drainDelay: integer('COOLKIT_DRAIN_DELAY_MS', 3000, 60_000),
    drainTimeout: integer('COOLKIT_DRAIN_TIMEOUT_MS', 10_000, 600_000),
  }
}

/** Tag and digest of an image as Kubernetes writes it: `registry/name:tag@sha256:…`, each part of it optional. */
function release(image: string): { tag: string; digest: string } {
  const [, tag = 'unknown', digest = 'unknown'] =
    /^[^@]*?(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? []
  return { tag, digest }
}
