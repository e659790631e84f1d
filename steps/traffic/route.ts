import { ConfigurationError } from '../../configuration/index.ts'
import { type Fleet, readFleet } from '../../gitops/fleet/index.ts'
import type { Repository, Tree } from '../../gitops/repository/index.ts'
import {
  applyWeights,
  HalfwayError,
  type LoadBalancer,
  LoadBalancerError,
  type WeightChange,
  weightChanges,
} from '../../gitops/traffic/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import { planned, seen } from './after.ts'
import { balance, type Obstacle, type Servers } from './balance.ts'
import type { TrafficOutcome } from './outcome.ts'
import { rowsOf } from './rows.ts'
import { waitForSessions } from './wait.ts'

export type TrafficRequest = {
  dryRun: boolean
  /** Milliseconds to wait for the sessions of clusters without a share to end; 0 for not at all. */
  wait: number
  /** A cluster to take out, whatever Git says. */
  drain?: string
  /** Even the last active one of its role. */
  force?: boolean
  /** Why it is taken out. */
  reason?: string
}

export type TrafficPorts = {
  repository: Pick<Repository, 'head'>
  /** Opens the load balancer that `fleet.yaml` names. */
  open(fleet: Fleet): LoadBalancer
  clock: Clock
  log: Log
  signal: AbortSignal
}

/**
 * Makes the shared load balancer hold what the clusters' states at HEAD ask for, and reads it back. HEAD is read again
 * afterwards, so that of two runs at once the last one to finish has the newest word. Rejects with a LoadBalancerError
 * when the load balancer cannot be reached before anything was changed; a missed answer later is part of the outcome.
 */
export async function routeTraffic(request: TrafficRequest, ports: TrafficPorts): Promise<TrafficOutcome> {
  let first: Servers | undefined
  let last: Went | undefined
  const said: string[] = []
  for (let round = 1; ; round++) {
    const tree = await ports.repository.head()
    const fleet = readFleet(tree)
    requireBehind(fleet, request.drain)
    const balancer = ports.open(fleet)
    try {
      const before = await balancer.servers()
      first ??= before
      last = await once({ tree, fleet, balancer, before, first }, request)
    } catch (error) {
      if (!last || !(error instanceof LoadBalancerError)) throw error
      said.push(`the fleet changed once more, and that is not routed: ${error.message}`)
      return { ...last.outcome, kind: 'halfway', reason: said.join(', then '), cure: again }
    }
    const { outcome, after, missing } = last
    if (outcome.kind !== 'unchanged') said.push(outcome.reason)
    if (outcome.kind !== 'changed' && outcome.kind !== 'unchanged') return { ...outcome, reason: said.join(', then ') }
    const isNewest = outcome.kind === 'unchanged' || sameFleet(tree, await ports.repository.head())
    if (!isNewest && round < rounds) {
      ports.log.info('the fleet has changed meanwhile: once more')
      continue
    }
    const whole = said.length === 0 ? outcome : { ...outcome, kind: 'changed' as const, reason: said.join(', then ') }
    const waited = await waitForSessions({ fleet, balancer, first, after, outcome: whole }, request.wait, ports)
    if (!missing) return waited
    return { ...waited, kind: 'incomplete', reason: `${waited.reason}; ${missing.reason}`, cure: missing.cure }
  }
}

/** How often the fleet may change under a run before it leaves the rest to the next. */
const rounds = 5

type Scene = { tree: Tree; fleet: Fleet; balancer: LoadBalancer; before: Servers; first: Servers }

/** What one go came to, what then stands there, and what hinders it from being all that the fleet asks for. */
type Went = { outcome: TrafficOutcome; after: Servers; missing?: Obstacle }

const again = 'What holds is no worse than before; run it again to finish'

async function once(scene: Scene, request: TrafficRequest): Promise<Went> {
  const { tree, fleet, balancer, before, first } = scene
  const { drain, force = false } = request
  const wanted = balance(fleet, before, drain === undefined ? undefined : { cluster: drain, force })
  const { weights, canaries, missing } = wanted
  const notes = [...wanted.notes, ...notesOnDrain(fleet, request)]
  const say = (kind: TrafficOutcome['kind'], after: Servers, reason: string, cure?: string): Went => ({
    outcome: { kind, commit: tree.commit, rows: rowsOf(fleet, first, after), notes, reason, ...(cure && { cure }) },
    after,
    ...(missing && { missing }),
  })
  if (wanted.refusal) return say('refused', before, wanted.refusal.reason, wanted.refusal.cure)
  if (request.dryRun) {
    const changes = weightChanges(before, weights, canaries)
    const reason = changes.length === 0 ? 'nothing would be changed' : `would set ${listed(changes)}`
    if (missing) return say('refused', before, `${reason}; ${missing.reason}`, missing.cure)
    return say('planned', planned(before, wanted), reason)
  }
  try {
    const done = await applyWeights(balancer, weights, canaries)
    if (done.length > 0) return say('changed', await seen(balancer, before, done), `set ${listed(done)}`)
    const holder = missing ? 'every other server' : 'the load balancer'
    return say('unchanged', before, `${holder} holds what the fleet asks for: nothing was changed`)
  } catch (error) {
    if (!(error instanceof HalfwayError)) throw error
    const set = error.done.length === 0 ? '' : `. Set before that: ${listed(error.done)}`
    return say('halfway', await seen(balancer, before, error.done), `${error.message}${set}`, again)
  }
}

function requireBehind({ clusters }: Fleet, drain: string | undefined): void {
  if (drain === undefined) return
  const behind = clusters.filter(({ role }) => role !== undefined).map(({ name }) => name)
  if (behind.includes(drain)) return
  throw new ConfigurationError({
    problem: 'no cluster behind the load balancer has that name',
    value: drain,
    cure: behind.length === 0 ? 'No cluster has a role' : `There is ${behind.join(', ')}`,
  })
}

function notesOnDrain({ clusters }: Fleet, { drain, reason }: TrafficRequest): string[] {
  if (drain === undefined) return []
  const why = reason === undefined ? [] : [`${drain} is taken out by hand: ${reason}`]
  if (clusters.find(({ name }) => name === drain)?.state !== 'active') return why
  return [
    ...why,
    `Git still says that ${drain} is active, so the next routing gives it traffic again; to keep it out: stovepipe cluster drain ${drain}`,
  ]
}

function listed(changes: readonly WeightChange[]): string {
  return changes.map(({ server, from, to }) => `${server} ${from} → ${to}`).join(', ')
}

function sameFleet(one: Tree, other: Tree): boolean {
  return ['clusters', 'fleet.yaml'].every(path => one.id(path) === other.id(path))
}
