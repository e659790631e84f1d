import type { Clock } from '../../host/index.ts'
import { type LoadBalancer, LoadBalancerError } from './load-balancer.ts'

/** How to wait: for `timeout` ms, asking every `poll` ms (100 when left out), until the signal is aborted. */
export type Patience = { clock: Clock; timeout: number; poll?: number; signal?: AbortSignal }

/** `drained`: no session is left. `busy`: the time is over and some are. `unseen`: it is over and this cannot be read. */
export type Drained = { kind: 'drained' } | { kind: 'busy'; sessions: number } | { kind: 'unseen'; reason: string }

/**
 * Takes a server out without losing a request: no new sessions, then waits until those it has are over. The others keep
 * their weights; for a cluster of a fleet set its weight to 0 together with theirs, and wait with `untilIdle`.
 */
export async function drainServer(balancer: LoadBalancer, server: string, patience: Patience): Promise<Drained> {
  await balancer.drain(server)
  return untilIdle(balancer, server, patience)
}

/**
 * Waits until a server takes no new sessions and has none left. A missed answer is asked for again while there is time.
 * Rejects with the signal's reason when it is aborted.
 */
export async function untilIdle(
  balancer: LoadBalancer,
  server: string,
  { clock, timeout, poll = 100, signal }: Patience,
): Promise<Drained> {
  const until = clock.now() + timeout
  for (;;) {
    const drained = await look(balancer, server)
    if (drained.kind === 'drained' || clock.now() >= until) return drained
    await clock.sleep(poll, signal)
  }
}

async function look(balancer: LoadBalancer, server: string): Promise<Drained> {
  try {
    const state = (await balancer.servers()).get(server)
    if (!state) return { kind: 'unseen', reason: `the load balancer has no server named ${server}` }
    return state.drained && state.sessions === 0 ? { kind: 'drained' } : { kind: 'busy', sessions: state.sessions }
  } catch (error) {
    if (!(error instanceof LoadBalancerError)) throw error
    return { kind: 'unseen', reason: error.message }
  }
}
