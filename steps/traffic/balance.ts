import { type Cluster, type Fleet, shares } from '../../gitops/fleet/index.ts'
import { effectiveWeight, type ServerState, weightsFor } from '../../gitops/traffic/index.ts'

/** Servers of the load balancer by name. */
export type Servers = ReadonlyMap<string, ServerState>

/** Why something is not as it should be, and what a person can do about it. */
export type Obstacle = { reason: string; cure: string }

/** What the load balancer should hold, and what a person should know about it. */
export type Balance = {
  weights: ReadonlyMap<string, number>
  canaries: ReadonlySet<string>
  notes: readonly string[]
  /** Nothing may be applied. */
  refusal?: Obstacle
  /** Active clusters have no server there: the rest can be applied, but it is not all that the fleet asks for. */
  missing?: Obstacle
}

/** A cluster to take out whatever Git says; with `force` even the last of its role. */
export type Leaving = { cluster: string; force: boolean }

/**
 * The weights that the fleet's states ask for, on a load balancer that holds `servers`. A cluster in maintenance there
 * was taken out by a person and counts as not active, as do one without a server and the one that is `leaving`, so that
 * the canaries keep their share exactly. While a server is missing, one of no cluster is left as it is: it may be the
 * same under another name.
 */
export function balance(fleet: Fleet, servers: Servers, leaving?: Leaving): Balance {
  const isThere = ({ name }: Cluster) => servers.has(name) && servers.get(name)?.admin !== 'maintenance'
  const asked = fleet.clusters.filter(each => isActive(each) && each.name !== leaving?.cluster)
  const takers = asked.filter(isThere)
  const share = shares({
    ...fleet,
    clusters: fleet.clusters.map(each =>
      isActive(each) && !takers.includes(each) ? { ...each, state: 'draining' } : each,
    ),
  })
  const weights = weightsFor(new Map([...share].filter(([, percent]) => percent > 0)))
  const canaries = new Set(fleet.clusters.filter(({ role }) => role === 'canary').map(({ name }) => name))
  const missing = asked.filter(({ name }) => !servers.has(name))
  const lacking = missing.length === 0 ? undefined : lackOf(missing, servers)
  const leaver = fleet.clusters.find(each => each.name === leaving?.cluster && isActive(each) && isThere(each))
  const refusal = refuse({ fleet, servers, takers, missing, lacking, leaver, force: leaving?.force === true })
  const notes = notesOn(fleet, servers, { weights, isLacking: lacking !== undefined })
  const kept = lacking ? strangers(fleet, servers) : []
  return {
    weights: new Map([...weights, ...kept]),
    canaries,
    notes,
    ...(refusal && { refusal }),
    ...(lacking && { missing: lacking }),
  }
}

/** Each server's part, in percent, of the traffic that goes to servers with a weight; a backup has none. */
export function percentages(servers: Servers): ReadonlyMap<string, number> {
  const weights = [...servers].map(([name, state]): [string, number] => [
    name,
    state.backup ? 0 : effectiveWeight(state),
  ])
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  return new Map(weights.map(([name, weight]) => [name, total === 0 ? 0 : (100 * weight) / total]))
}

type Situation = {
  fleet: Fleet
  servers: Servers
  /** The clusters that would take traffic. */
  takers: readonly Cluster[]
  missing: readonly Cluster[]
  lacking: Obstacle | undefined
  /** The cluster to be taken out, if it has a share now. */
  leaver: Cluster | undefined
  force: boolean
}

function refuse({ fleet, servers, takers, missing, lacking, leaver, force }: Situation): Obstacle | undefined {
  if (takers.length === 0) return lacking ?? noneLeft(fleet, servers)
  const isUp = ({ name }: Cluster) => servers.get(name)?.down === false
  const isLast = leaver && isUp(leaver) && !takers.some(each => each.role === leaver.role && isUp(each))
  if (isLast) return force ? undefined : lastOf(leaver)
  const isPrimary = ({ role }: Cluster) => role === 'primary'
  return missing.some(isPrimary) && !takers.some(isPrimary) ? lacking : undefined
}

function noneLeft({ clusters }: Fleet, servers: Servers): Obstacle {
  const behind = clusters.filter(({ role }) => role !== undefined)
  const reason =
    behind.length === 0
      ? 'no cluster has a role, so none is behind the load balancer'
      : `no cluster can take traffic: ${behind.map(each => `${each.name} is ${stateOf(each, servers)}`).join(', ')}`
  return { reason, cure: 'What the load balancer holds is left as it is; make a cluster active first' }
}

function lastOf({ name, role }: Cluster): Obstacle {
  const then = role === 'canary' ? 'no release could be judged' : 'the canaries would take all traffic'
  return {
    reason: `${name} is the last active ${role} that takes traffic: ${then}`,
    cure: 'Make another cluster active first, or insist with --force and a --reason',
  }
}

function lackOf(missing: readonly Cluster[], servers: Servers): Obstacle {
  const names = missing.map(({ name }) => name).join(', ')
  return {
    reason: `the load balancer has no server named ${names}; it has ${[...servers.keys()].join(', ')}`,
    cure: 'Add it to the backend, named as the cluster, or make the cluster inactive',
  }
}

/** What servers of no cluster hold. A drained one has 0: with a weight it would be made ready. */
function strangers({ clusters }: Fleet, servers: Servers): [string, number][] {
  const behind = new Set(clusters.filter(({ role }) => role !== undefined).map(({ name }) => name))
  return [...servers]
    .filter(([name, { backup }]) => !backup && !behind.has(name))
    .map(([name, { admin, weight }]) => [name, admin === 'drain' ? 0 : weight])
}

function notesOn(
  fleet: Fleet,
  servers: Servers,
  { weights, isLacking }: { weights: ReadonlyMap<string, number>; isLacking: boolean },
): string[] {
  const clusters = new Map(fleet.clusters.map(cluster => [cluster.name, cluster]))
  const takes = (role: Cluster['role']) => [...weights.keys()].some(name => clusters.get(name)?.role === role)
  const notes: string[] = []
  if (takes('canary') && !takes('primary')) notes.push('no primary takes traffic: the canaries take all of it')
  if (takes('primary') && !takes('canary')) notes.push('no canary takes traffic: no release can pass its canary wave')
  for (const [name, state] of servers) {
    const cluster = clusters.get(name)
    if (!cluster?.role && !state.backup) {
      const then = isLacking ? 'it is left as it is while a server is missing' : 'it gets no traffic'
      notes.push(`${name} is no cluster with a role: ${then}`)
    } else if (cluster && isActive(cluster) && state.admin === 'maintenance') {
      notes.push(`${name} is in maintenance at the load balancer: left so, and its share is given to others`)
    } else if (state.down && weights.has(name)) {
      notes.push(`${name} fails its health check at the load balancer: until it recovers the others take its share`)
    }
  }
  return notes
}

function isActive({ role, state }: Cluster): boolean {
  return role !== undefined && state === 'active'
}

function stateOf(cluster: Cluster, servers: Servers): string {
  const atBalancer = servers.get(cluster.name)?.admin === 'maintenance' ? ', in maintenance at the load balancer' : ''
  return isActive(cluster) ? `active${atBalancer || ', leaving'}` : cluster.state
}
