import { isNativeError } from 'node:util/types'
import { ConfigurationError } from '../../configuration/index.ts'
import { effectiveWeight, type LoadBalancer, LoadBalancerError, type ServerState } from './load-balancer.ts'
import { orderChanges, type WeightChange } from './order.ts'

/** Some changes were made and not all, or something else stands there now. What was done holds, and is not bad. */
export class HalfwayError extends LoadBalancerError {
  readonly done: readonly WeightChange[]

  constructor(message: string, done: readonly WeightChange[], options?: ErrorOptions) {
    super(message, options)
    this.done = done
  }
}

/**
 * Makes the load balancer hold `weights` and reads them back; a server that `weights` does not name gets 0, save a
 * backup, which takes traffic only when all others are gone. Changes are made in the order of `orderChanges`, `canaries`
 * being the names of the servers whose part must not be exceeded. A server that was drained takes traffic again if it
 * has a weight; one in maintenance stays so, a person put it there.
 *
 * Gives what was changed: nothing when all was right. Throws a LoadBalancerError when nothing was changed: a server with
 * a weight does not exist there, no server would be left, or the first change failed; a ConfigurationError when that one
 * is not allowed there. Throws a HalfwayError for what fails once something was set.
 */
export async function applyWeights(
  balancer: LoadBalancer,
  weights: ReadonlyMap<string, number>,
  canaries: ReadonlySet<string> = new Set(),
): Promise<readonly WeightChange[]> {
  const before = await balancer.servers()
  requireServers(before, weights)
  const done: WeightChange[] = []
  for (const change of weightChanges(before, weights, canaries)) {
    try {
      await make(balancer, change, before.get(change.server))
    } catch (error) {
      const problem = `${change.server} could not be set to weight ${change.to}`
      if (done.length === 0) await throwUnchanged(balancer, change.server, before, { problem, error })
      throw halfway(problem, done, error)
    }
    done.push(change)
  }
  if (done.length === 0) return done
  const after = await balancer.servers().catch(error => {
    throw halfway('the weights were set, but could not be read back', done, error)
  })
  for (const { server, to } of done) {
    const state = after.get(server)
    const found = state && (state.admin === 'maintenance' ? state.weight : effectiveWeight(state))
    if (found === to) continue
    throw new HalfwayError(`${server} was set to weight ${to} but has ${found ?? 'none'}`, done)
  }
  return done
}

/** What would be changed, in the order in which it would be. */
export function weightChanges(
  before: ReadonlyMap<string, ServerState>,
  weights: ReadonlyMap<string, number>,
  canaries: ReadonlySet<string>,
): WeightChange[] {
  const servers = [...before].filter(([, { backup }]) => !backup)
  const now = new Map(servers.map(([server, state]) => [server, settable(state, weights.get(server) ?? 0)]))
  return orderChanges(now, weights, canaries)
}

/** The weight to compare: a drained server that shall take no traffic must lose its weight too, or `ready` brings it back. */
function settable(state: ServerState, wanted: number): number {
  return wanted === 0 || state.admin === 'maintenance' ? state.weight : effectiveWeight(state)
}

async function make(balancer: LoadBalancer, { server, to }: WeightChange, state: ServerState | undefined) {
  if (state?.weight !== to) await balancer.setWeight(server, to)
  if (to > 0 && state?.admin === 'drain') await balancer.ready(server)
}

/** For a first change that failed: returns if it was made all the same, in whole or in part, and throws if not. */
async function throwUnchanged(
  balancer: LoadBalancer,
  server: string,
  before: ReadonlyMap<string, ServerState>,
  { problem, error }: { problem: string; error: unknown },
): Promise<void> {
  if (error instanceof ConfigurationError) throw error
  const after = await balancer.servers().catch(() => {
    throw new LoadBalancerError(`${problem}, and whether it was all the same cannot be read`, { cause: error })
  })
  const [was, is] = [before.get(server), after.get(server)]
  if (is?.weight !== was?.weight || is?.admin !== was?.admin) return
  throw new LoadBalancerError(`${problem}, and nothing was changed`, { cause: error })
}

function requireServers(there: ReadonlyMap<string, ServerState>, weights: ReadonlyMap<string, number>): void {
  const unknown = [...weights].find(([server, weight]) => weight > 0 && !there.has(server))
  if (unknown) {
    const names = [...there.keys()].join(', ') || 'none'
    throw new LoadBalancerError(`the load balancer has no server named ${unknown[0]}: it has ${names}`)
  }
  if (![...weights.values()].some(weight => weight > 0)) {
    throw new LoadBalancerError('no server would take any traffic, so nothing was changed')
  }
}

function halfway(problem: string, done: readonly WeightChange[], cause: unknown): HalfwayError {
  const reason = isNativeError(cause) ? cause.message : String(cause)
  return new HalfwayError(`${problem}: ${reason}`, done, { cause })
}
