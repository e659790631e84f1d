import type { Fleet } from '../../gitops/fleet/index.ts'
import { effectiveWeight } from '../../gitops/traffic/index.ts'
import { percentages, type Servers } from './balance.ts'
import type { TrafficRow } from './outcome.ts'

/** Each server that stands there now, with what it had before. */
export function rowsOf(fleet: Fleet, before: Servers, after: Servers): TrafficRow[] {
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
