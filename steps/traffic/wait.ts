import { formatDuration } from '../../configuration/index.ts'
import type { Fleet } from '../../gitops/fleet/index.ts'
import { type Drained, type LoadBalancer, untilIdle } from '../../gitops/traffic/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import { seen } from './after.ts'
import type { Servers } from './balance.ts'
import type { TrafficOutcome, TrafficRow } from './outcome.ts'
import { rowsOf } from './rows.ts'

type Routed = {
  fleet: Fleet
  balancer: LoadBalancer
  /** What stood there before anything was changed, and what then. */
  first: Servers
  after: Servers
  outcome: TrafficOutcome
}

/**
 * Waits at most `time` ms for the sessions of every server that gets no traffic any more, and gives the outcome with
 * what came of that.
 */
export async function waitForSessions(
  { fleet, balancer, first, after, outcome }: Routed,
  time: number,
  { clock, signal, log }: { clock: Clock; signal: AbortSignal; log: Log },
): Promise<TrafficOutcome> {
  if (time === 0) return outcome
  const until = clock.now() + time
  const ended = new Map<string, Drained>()
  for (const { server } of outcome.rows.filter(row => row.after.weight === 0)) {
    log.info(`waiting for the sessions of ${server} to end`)
    const patience = { clock, signal, timeout: Math.max(0, until - clock.now()) }
    ended.set(server, await untilIdle(balancer, server, patience))
  }
  const rows = rowsOf(fleet, first, await seen(balancer, withSessions(after, ended), []))
  const isBack = ({ server, after }: TrafficRow) =>
    after.weight > 0 && (ended.get(server)?.kind ?? 'drained') !== 'drained'
  const back = rows.filter(isBack).map(({ server }) => server)
  const { kind, said, cure } = summary(ended, back)
  if (kind === 'drained') return { ...outcome, rows, reason: `${outcome.reason}; ${said}` }
  return { ...outcome, rows, kind, reason: `${outcome.reason}; after ${formatDuration(time)} ${said}`, cure }
}

/** What the wait came to; `back` are the servers that take traffic again, as after a restart of the load balancer. */
function summary(ended: ReadonlyMap<string, Drained>, back: readonly string[]) {
  const left: string[] = []
  const unseen: string[] = []
  let why = ''
  for (const [server, each] of ended) {
    if (back.includes(server) || each.kind === 'drained') continue
    if (each.kind === 'busy') left.push(`${server} has ${each.sessions}`)
    else {
      unseen.push(server)
      why = each.reason
    }
  }
  const said = [
    ...back.map(server => `${server} takes traffic again`),
    ...(left.length > 0 ? [`sessions are left: ${left.join(', ')}`] : []),
    ...(unseen.length > 0 ? [`the sessions of ${unseen.join(', ')} cannot be read: ${why}`] : []),
  ].join('; ')
  if (said === '') return { kind: 'drained' as const, said: 'drained, no session is left' }
  if (back.length === 0 && unseen.length === 0) {
    return {
      kind: 'busy' as const,
      said,
      cure: 'No new ones come; run it again to wait longer, or accept that they are cut',
    }
  }
  const cure = 'Run it again: it sets what does not hold any more, and waits for the rest'
  return { kind: 'halfway' as const, said, cure }
}

/** With the sessions that were counted last. */
function withSessions(servers: Servers, ended: ReadonlyMap<string, Drained>): Servers {
  const counted = (name: string) => {
    const each = ended.get(name)
    if (each?.kind === 'busy') return { sessions: each.sessions }
    return each?.kind === 'drained' ? { sessions: 0 } : {}
  }
  return new Map([...servers].map(([name, state]) => [name, { ...state, ...counted(name) }]))
}
