/** What a load balancer says of one server. */
export type ServerState = {
  weight: number
  /** Takes no new sessions, for whatever reason: its weight, its administrative state. */
  drained: boolean
  sessions: number
  /**
   * What a person or a program set it to, beside its weight and its health. As `maintenance` counts whatever `ready` does
   * not undo.
   */
  admin: 'ready' | 'drain' | 'maintenance'
  /** Its health check fails. */
  down: boolean
  /** Takes traffic only when all others are gone. */
  backup: boolean
}

/**
 * A load balancer whose servers are named as the clusters. Each call rejects when it does not answer or refuses; with a
 * ConfigurationError when it is set up so that nobody may change anything there.
 */
export interface LoadBalancer {
  /** What it holds now, read from it. */
  servers(): Promise<ReadonlyMap<string, ServerState>>
  setWeight(server: string, weight: number): Promise<void>
  /** No new sessions, those under way go on. */
  drain(server: string): Promise<void>
  /** Takes new sessions again. */
  ready(server: string): Promise<void>
}

/** The weight by which a server really takes traffic: none while it is drained or in maintenance. */
export function effectiveWeight({ weight, admin }: ServerState): number {
  return admin === 'ready' ? weight : 0
}

/** The load balancer could not be reached, refused, or does not hold what it was told. */
export class LoadBalancerError extends Error {
  override readonly name: string = 'LoadBalancerError'
}
