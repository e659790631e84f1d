import type { Clock } from '../../host/index.ts'
import { type LoadBalancer, LoadBalancerError } from './load-balancer.ts'

/** A weight that was changed. */
export type WeightChange = { server: string; from: number; to: number }

/**
 * Makes the load balancer hold `weights` and reads them back; a server that `weights` does not name gets 0. What grows
 * is set first, so that some server always takes traffic. Gives what was changed: nothing when all was right. Throws a
 * LoadBalancerError when a server with a weight does not exist there, or holds something else afterwards.
 */
export async function applyWeights(
  balancer: LoadBalancer,
  weights: ReadonlyMap<string, number>,
): Promise<readonly WeightChange[]> {
  const before = await balancer.servers()
  const unknown = [...weights].find(([server, weight]) => weight > 0 && !before.has(server))
  if (unknown) {
    const there = [...before.keys()].join(', ') || 'none'
    throw new LoadBalancerError(`the load balancer has no server named ${unknown[0]}: it has ${there}`)
  }
  const changes = [...before]
    .map(([server, { weight }]) => ({ server, from: weight, to: weights.get(server) ?? 0 }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
  for (const { server, to } of changes) await balancer.setWeight(server, to)
  const after = changes.length === 0 ? before : await balancer.servers()
  for (const { server, to } of changes) {
    const found = after.get(server)?.weight
    if (found !== to) throw new LoadBalancerError(`${server} was set to weight ${to} but has ${found ?? 'none'}`)
  }
  return changes
}

/**
 * Takes a server out without losing a request: no new sessions, then waits until those it has are over, asking every
 * `poll` ms. `drained` says it has none left; `busy` that `timeout` ms passed before.
 */
export async function drainServer(
  balancer: LoadBalancer,
  server: string,
  { clock, timeout, poll = 100 }: { clock: Clock; timeout: number; poll?: number },
): Promise<{ kind: 'drained' } | { kind: 'busy'; sessions: number }> {
  const until = clock.now() + timeout
  await balancer.drain(server)
  for (;;) {
    const state = (await balancer.servers()).get(server)
    if (!state) throw new LoadBalancerError(`the load balancer has no server named ${server}`)
    if (state.drained && state.sessions === 0) return { kind: 'drained' }
    if (clock.now() >= until) return { kind: 'busy', sessions: state.sessions }
    await clock.sleep(poll)
  }
}
