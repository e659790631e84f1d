import { type Cluster, type Fleet, shares } from '../../gitops/fleet/index.ts'
import { effectiveWeight, type ServerState, weightsFor } from '../../gitops/traffic/index.ts'

/** Servers of the load balancer by name. */
export type Servers = ReadonlyMap<string, ServerState>

/** What the load balancer should hold, and what a person should know about it; `refusal` when nothing may be applied. */
export type Balance = {
  weights: ReadonlyMap<string, number>
  canaries: ReadonlySet<string>
  notes: readonly string[]
  refusal?: { reason: string; cure: string }
}

/**
 * The weights that the fleet's states ask for, on a load balancer that holds `servers`. A cluster in maintenance there
 * was taken out by a person and counts as not active, as does `leaving`, so that the canaries keep their share exactly.
 */
export function balance(fleet: Fleet, servers: Servers, leaving?: string): Balance {
  const held = fleet.clusters.filter(each => isActive(each) && servers.get(each.name)?.admin === 'maintenance')
  const out = new Set([...held.map(({ name }) => name), ...(leaving === undefined ? [] : [leaving])])
  const share = shares({
    ...fleet,
    clusters: fleet.clusters.map(each => (out.has(each.name) ? { ...each, state: 'draining' } : each)),
  })
  const weights = weightsFor(new Map([...share].filter(([, percent]) => percent > 0)))
  const canaries = new Set(fleet.clusters.filter(({ role }) => role === 'canary').map(({ name }) => name))
  const refusal = refuse(fleet, servers, weights)
  return { weights, canaries, notes: notesOn(fleet, servers, weights), ...(refusal && { refusal }) }
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

function refuse(fleet: Fleet, servers: Servers, weights: ReadonlyMap<string, number>): Balance['refusal'] {
  if (weights.size === 0) {
    const behind = fleet.clusters.filter(({ role }) => role !== undefined)
    const reason =
      behind.length === 0
        ? 'no cluster has a role, so none is behind the load balancer'
        : `no cluster can take traffic: ${behind.map(each => `${each.name} is ${stateOf(each, servers)}`).join(', ')}`
    return { reason, cure: 'What the load balancer holds is left as it is; make a cluster active first' }
  }
  const missing = [...weights.keys()].filter(name => !servers.has(name))
  if (missing.length === 0) return undefined
  const there = [...servers.keys()].join(', ')
  return {
    reason: `the load balancer has no server named ${missing.join(', ')}; it has ${there}`,
    cure: 'Add it to the backend, named as the cluster, or make the cluster inactive',
  }
}

function notesOn(fleet: Fleet, servers: Servers, weights: ReadonlyMap<string, number>): string[] {
  const clusters = new Map(fleet.clusters.map(cluster => [cluster.name, cluster]))
  const takes = (role: Cluster['role']) => [...weights.keys()].some(name => clusters.get(name)?.role === role)
  const notes: string[] = []
  if (takes('canary') && !takes('primary')) notes.push('no primary takes traffic: the canaries take all of it')
  if (takes('primary') && !takes('canary')) notes.push('no canary takes traffic: no release can pass its canary wave')
  for (const [name, state] of servers) {
    const cluster = clusters.get(name)
    if (!cluster?.role && !state.backup) {
      notes.push(`${name} is no cluster with a role: it gets no traffic`)
    } else if (cluster && isActive(cluster) && state.admin === 'maintenance') {
      notes.push(
        `${name} is in maintenance at the load balancer, set by a person: left so, and its share is given to others`,
      )
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
