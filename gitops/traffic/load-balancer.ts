/** What a load balancer says of one server: its weight, whether it takes new sessions, and how many it has now. */
export type ServerState = { weight: number; drained: boolean; sessions: number }

/** A load balancer whose servers are named as the clusters. Each call rejects when it does not answer or refuses. */
export interface LoadBalancer {
  /** What it holds now, read from it. */
  servers(): Promise<ReadonlyMap<string, ServerState>>
  setWeight(server: string, weight: number): Promise<void>
  /** No new sessions, those under way go on. */
  drain(server: string): Promise<void>
  /** Takes new sessions again. */
  ready(server: string): Promise<void>
}

/** The load balancer could not be reached, refused, or does not hold what it was told. */
export class LoadBalancerError extends Error {
  override readonly name = 'LoadBalancerError'
}
