import {
  type LoadBalancer,
  LoadBalancerError,
  type ServerState,
  type WeightChange,
} from '../../gitops/traffic/index.ts'
import type { Balance, Servers } from './balance.ts'

/** What stands there now or, if that cannot be read, what stood there `before` with what was set since. */
export async function seen(balancer: LoadBalancer, before: Servers, done: readonly WeightChange[]): Promise<Servers> {
  try {
    return await balancer.servers()
  } catch (error) {
    if (!(error instanceof LoadBalancerError)) throw error
    const set = new Map(done.map(({ server, to }) => [server, to]))
    return mapped(before, (state, name) => withWeight(state, set.get(name)))
  }
}

/** What would stand there. */
export function planned(before: Servers, { weights }: Balance): Servers {
  return mapped(before, (state, name) => (state.backup ? state : withWeight(state, weights.get(name) ?? 0)))
}

/** The state once the weight is set, which makes a drained server ready. */
function withWeight(state: ServerState, weight: number | undefined): ServerState {
  if (weight === undefined) return state
  return { ...state, weight, admin: weight > 0 && state.admin === 'drain' ? 'ready' : state.admin }
}

function mapped(servers: Servers, change: (state: ServerState, name: string) => ServerState): Servers {
  return new Map([...servers].map(([name, state]) => [name, change(state, name)]))
}
