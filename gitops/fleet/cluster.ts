import { z } from 'zod'
import { type Document, validate } from '../../configuration/index.ts'
import { document, nameOf, requireName } from './kind.ts'
import { port } from './port.ts'

/** Where a cluster stands in its life; see the design's table. Only an active one has a share of the traffic. */
export const clusterStates = ['joining', 'active', 'draining', 'inactive'] as const
export type ClusterState = (typeof clusterStates)[number]
/** What a cluster is behind the shared load balancer. */
export const clusterRoles = ['canary', 'primary'] as const
export type ClusterRole = (typeof clusterRoles)[number]

/** One cluster of the fleet. Without a role (dev) it has no share of the traffic and no part in the promise. */
export type Cluster = {
  name: string
  labels: Readonly<Record<string, string>>
  role?: ClusterRole
  state: ClusterState
  /** The API server, as Argo CD knows it. */
  server?: string
  /** `host:port` that the shared load balancer sends to. */
  ingress?: string
  /** The cluster's own Prometheus, where the fleet has no shared one. */
  prometheus?: string
}

export const clusterSchema = document(
  'Cluster',
  z.strictObject({
    role: z.enum(clusterRoles).optional().describe('canary or primary; left out for a cluster that takes no traffic'),
    state: z.enum(clusterStates).default('inactive').describe('joining, active, draining or inactive'),
    server: z.url().optional().describe('URL of the Kubernetes API server, as Argo CD knows the cluster'),
    ingress: z
      .string()
      .regex(new RegExp(`^[A-Za-z0-9.-]+:${port}$`), 'not an address such as 10.1.0.10:443')
      .optional()
      .describe('host:port the shared load balancer sends to'),
    prometheus: z.url().optional().describe('URL of the Prometheus that scrapes this cluster'),
  }),
)

/** Reads `clusters/<cluster>.yaml`. Throws a ConfigurationError with the place of what is wrong. */
export function readCluster(source: Document): Cluster {
  const { metadata, spec } = validate(source, clusterSchema)
  requireName(source, metadata.name, nameOf(source.file))
  const { role, state, server, ingress, prometheus } = spec
  return {
    name: metadata.name,
    labels: metadata.labels,
    state,
    ...(role && { role }),
    ...(server && { server }),
    ...(ingress && { ingress }),
    ...(prometheus && { prometheus }),
  }
}
