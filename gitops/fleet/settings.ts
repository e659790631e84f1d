import { z } from 'zod'
import { type Document, validate } from '../../configuration/index.ts'
import { document } from './kind.ts'
import { port } from './port.ts'

/** How the shared load balancer is reached: HAProxy's runtime API, as `unix:<path>` or `tcp:<host>:<port>`. */
export type LoadBalancer = { kind: 'haproxy'; address: string; backend: string }

/** What `fleet.yaml` says of the whole fleet. */
export type FleetSettings = {
  /** Percent of the traffic that all active canary clusters take together. */
  canaryShare: number
  loadBalancer?: LoadBalancer
}

/** What holds for a fleet that has no `fleet.yaml`. */
export const defaultSettings: FleetSettings = { canaryShare: 5 }

export const fleetSchema = document(
  'Fleet',
  z.strictObject({
    canaryShare: z.number().gt(0).lt(100).default(5).describe('percent of the traffic for all canary clusters'),
    loadBalancer: z
      .strictObject({
        kind: z.literal('haproxy'),
        address: z
          .string()
          .regex(new RegExp(`^(unix:/.+|tcp:[A-Za-z0-9.-]+:${port})$`), 'not unix:/path or tcp:host:port')
          .describe('the runtime API, unix:/path or tcp:host:port'),
        backend: z
          .string()
          .regex(/^[A-Za-z0-9_.:-]+$/)
          .describe('the backend whose servers are named as the clusters'),
      })
      .optional(),
  }),
)

/** Reads `fleet.yaml`. Throws a ConfigurationError with the place of what is wrong. */
export function readSettings(source: Document): FleetSettings {
  const { canaryShare, loadBalancer } = validate(source, fleetSchema).spec
  return { canaryShare, ...(loadBalancer && { loadBalancer }) }
}
