import { ConfigurationError, formatDuration } from '../../configuration/index.ts'
import { type Fleet, readFleet } from '../../gitops/fleet/index.ts'
import type { Repository, Tree } from '../../gitops/repository/index.ts'
import {
  applyWeights,
  effectiveWeight,
  HalfwayError,
  type LoadBalancer,
  LoadBalancerError,
  type ServerState,
  untilIdle,
  type WeightChange,
  weightChanges,
} from '../../gitops/traffic/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import { type Balance, balance, type Obstacle, percentages, type Servers } from './balance.ts'
import type { TrafficOutcome, TrafficRow } from './outcome.ts'

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
 * when the load balancer cannot be reached before anything was changed.
 */
export async function routeTraffic(request: TrafficRequest, ports: TrafficPorts): Promise<TrafficOutcome> {
  let first: Servers | undefined
  const said: string[] = []
  for (let round = 1; ; round++) {
    const tree = await ports.repository.head()
    const fleet = readFleet(tree)
    requireBehind(fleet, request.drain)
    const balancer = ports.open(fleet)
    const before = await balancer.servers()
    first ??= before
    const { outcome, missing } = await once({ tree, fleet, balancer, before, first }, request)
    if (outcome.kind !== 'changed' && outcome.kind !== 'unchanged') return outcome
    if (outcome.kind === 'changed') said.push(outcome.reason)
    const isNewest = outcome.kind === 'unchanged' || sameFleet(tree, await ports.repository.head())
    if (!isNewest && round < rounds) {
      ports.log.info('the fleet has changed meanwhile: once more')
      continue
    }
    const whole = said.length === 0 ? outcome : { ...outcome, kind: 'changed' as const, reason: said.join(', then ') }
    const waited = await wait({ fleet, balancer, first, outcome: whole }, request, ports)
    if (!missing) return waited
    return { ...waited, kind: 'incomplete', reason: `${waited.reason}; ${missing.reason}`, cure: missing.cure }
  }
}

/** How often the fleet may change under a run before it leaves the rest to the next. */
const rounds = 5

type Scene = { tree: Tree; fleet: Fleet; balancer: LoadBalancer; before: Servers; first: Servers }

/** What one go came to, and what hinders it from being all that the fleet asks for. */
type Went = { outcome: TrafficOutcome; missing?: Obstacle }

async function once(scene: Scene, request: TrafficRequest): Promise<Went> {
  const { tree, fleet, balancer, before, first } = scene
  const { drain, force = false } = request
  const wanted = balance(fleet, before, drain === undefined ? undefined : { cluster: drain, force })
  const { weights, canaries, missing } = wanted
  const notes = [...wanted.notes, ...notesOnDrain(fleet, request)]
  const say = (kind: TrafficOutcome['kind'], after: Servers, reason: string, cure?: string): Went => ({
    outcome: { kind, commit: tree.commit, rows: rowsOf(fleet, first, after), notes, reason, ...(cure && { cure }) },
    ...(missing && { missing }),
  })
  if (wanted.refusal) return say('refused', before, wanted.refusal.reason, wanted.refusal.cure)
  if (request.dryRun) {
    const changes = weightChanges(before, weights, canaries)
    const reason = changes.length === 0 ? 'nothing would be changed' : `would set ${listed(changes)}`
    if (missing) return say('refused', before, `${reason}; ${missing.reason}`, missing.cure)
    return say('planned', after(before, wanted), reason)
  }
  try {
    const done = await applyWeights(balancer, weights, canaries)
    if (done.length > 0) return say('changed', await balancer.servers(), `set ${listed(done)}`)
    const holder = missing ? 'every other server' : 'the load balancer'
    return say('unchanged', before, `${holder} holds what the fleet asks for: nothing was changed`)
  } catch (error) {
    if (!(error instanceof HalfwayError)) throw error
    const set = error.done.length === 0 ? '' : `. Set before that: ${listed(error.done)}`
    const reason = `${error.message}${set}`
    const cure = 'What holds is no worse than before; run it again to finish'
    return say('halfway', await seen(balancer, before, error.done), reason, cure)
  }
}

type Waiting = { fleet: Fleet; balancer: LoadBalancer; first: Servers; outcome: TrafficOutcome }

/** Waits for the sessions of every server that gets no traffic any more. */
async function wait({ fleet, balancer, first, outcome }: Waiting, request: TrafficRequest, ports: TrafficPorts) {
  if (request.wait === 0) return outcome
  const { clock, signal, log } = ports
  const until = clock.now() + request.wait
  const busy: string[] = []
  for (const { server } of outcome.rows.filter(({ after }) => after.weight === 0)) {
    log.info(`waiting for the sessions of ${server} to end`)
    const patience = { clock, signal, timeout: Math.max(0, until - clock.now()) }
    const ended = await untilIdle(balancer, server, patience)
    if (ended.kind === 'busy') busy.push(`${server} has ${ended.sessions}`)
  }
  const rows = rowsOf(fleet, first, await balancer.servers())
  if (busy.length === 0) return { ...outcome, rows, reason: `${outcome.reason}; drained, no session is left` }
  const reason = `${outcome.reason}; after ${formatDuration(request.wait)} sessions are left: ${busy.join(', ')}`
  const cure = 'No new ones come; run it again to wait longer, or accept that they are cut'
  return { ...outcome, rows, kind: 'busy' as const, reason, cure }
}

/** What stands there after a failure, or, if even that cannot be read, what is known to have been set. */
async function seen(balancer: LoadBalancer, before: Servers, done: readonly WeightChange[]): Promise<Servers> {
  try {
    return await balancer.servers()
  } catch (error) {
    if (!(error instanceof LoadBalancerError)) throw error
    const set = new Map(done.map(({ server, to }) => [server, to]))
    return new Map([...before].map(([name, state]) => [name, { ...state, weight: set.get(name) ?? state.weight }]))
  }
}

function after(before: Servers, { weights }: Balance): Servers {
  const held = ([name, state]: [string, ServerState]): [string, ServerState] => {
    if (state.backup) return [name, state]
    const weight = weights.get(name) ?? 0
    return [name, { ...state, weight, admin: weight > 0 && state.admin === 'drain' ? 'ready' : state.admin }]
  }
  return new Map([...before].map(held))
}

function rowsOf(fleet: Fleet, before: Servers, after: Servers): TrafficRow[] {
  const [was, is] = [percentages(before), percentages(after)]
  const at = (servers: Servers, shares: ReadonlyMap<string, number>, name: string) => {
    const state = servers.get(name)
    return { weight: state ? effectiveWeight(state) : 0, share: shares.get(name) ?? 0 }
  }
  return [...after].map(([server, { sessions }]) => {
    const cluster = fleet.clusters.find(({ name }) => name === server)
    const known = { role: cluster?.role ?? null, state: cluster?.state ?? null }
    return { server, ...known, before: at(before, was, server), after: at(after, is, server), sessions }
  })
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
