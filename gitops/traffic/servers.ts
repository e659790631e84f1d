import { parseCsv } from './csv.ts'
import { LoadBalancerError, type ServerState } from './load-balancer.ts'

/**
 * What to ask HAProxy for all that `readServers` needs, in one line: what a person or a program set is told by `show
 * servers state` alone, as `show stat` has one word for that and for the health, and the sessions by `show stat`. These
 * come last, so that a server that took none before has none that came in between.
 */
export function look(backend: string): string {
  return `show servers state ${backend};show stat ${backend} 4 -1`
}

/** Reads the answer: what it tells of each server of the backend, by name. Throws a LoadBalancerError if it is none. */
export function readServers(answer: string, backend: string): ReadonlyMap<string, ServerState> {
  // An empty line ends the answer to each command, and only the second has quoted fields, in which there may be one too.
  const [, states, stats] = /^(.*?)\n\n(.*)\n\n$/s.exec(answer) ?? []
  if (states === undefined || stats === undefined) {
    throw new LoadBalancerError(`HAProxy's answer is not whole: ${JSON.stringify(answer.slice(-200))}`)
  }
  const servers = readStats(stats).filter(cell => cell('pxname') === backend)
  if (servers.length === 0) {
    const said = `${states} ${stats}`.slice(0, 200)
    throw new LoadBalancerError(`HAProxy has no backend named ${backend} with servers: ${said}`)
  }
  const byName = new Map(readStates(states).map(cell => [cell('srv_name'), cell]))
  return new Map(
    servers.map(stat => {
      const [name, state] = [stat('svname'), byName.get(stat('svname'))]
      if (!state) throw new LoadBalancerError(`HAProxy's answer lacks the state of the server ${name}`)
      return [name, serverState(state, stat)]
    }),
  )
}

/** A line of a table, asked for a column by its name: versions of HAProxy add columns. */
type Line = (column: string) => string

/** The columns of `show stat` are named by the first line. */
function readStats(csv: string): Line[] {
  const [columns = [], ...lines] = parseCsv(csv.replace(/^# /, ''))
  return lines.map(cells => line(columns, cells))
}

/** Those of `show servers state` by the second, after the version of the format. */
function readStates(text: string): Line[] {
  const [, head = '', ...lines] = text.split('\n')
  const columns = head.replace(/^# /, '').split(' ')
  return lines.map(each => line(columns, each.split(' ')))
}

function line(columns: readonly string[], cells: readonly string[]): Line {
  return column => cells[columns.indexOf(column)] ?? ''
}

function serverState(state: Line, stat: Line): ServerState {
  const weight = number(state('srv_uweight'))
  const flags = number(state('srv_admin_state'))
  const admin = adminOf(flags, number(state('srv_agent_state')))
  return {
    weight,
    sessions: number(stat('scur')),
    admin,
    drained: weight === 0 || admin !== 'ready',
    down: (flags & inMaintenance) === 0 && notServing.includes(number(state('srv_op_state'))),
    backup: stat('bck') === '1',
  }
}

/**
 * Flags of `srv_admin_state` (include/haproxy/server-t.h, enum srv_admin, the same from 2.4 to 3.x), forced on the
 * server or inherited from one that it tracks. Two more say nothing of traffic: CMAINT (0x04), that it was `disabled` in
 * the configuration, which comes with FMAINT and stays when that goes, and that its host name was changed (0x40).
 */
const forced = { maintenance: 0x01, drain: 0x08 }
const inherited = { maintenance: 0x02, drain: 0x10 }
const unresolved = 0x20
const inMaintenance = forced.maintenance | inherited.maintenance | unresolved

/** A flag of `srv_agent_state`: an agent is asked. */
const agentEnabled = 0x04

/** Values of `srv_op_state`: stopped, and stopping, as a check that answers 404 may have it (`disable-on-404`). */
const notServing = [0, 3]

/** What no command to this server brings back, or not for long as its agent would drain it again, is as in maintenance. */
function adminOf(flags: number, agent: number): ServerState['admin'] {
  if ((flags & (inMaintenance | inherited.drain)) !== 0) return 'maintenance'
  if ((flags & forced.drain) === 0) return 'ready'
  return (agent & agentEnabled) === 0 ? 'drain' : 'maintenance'
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new LoadBalancerError(`expected a number in HAProxy's answer: ${JSON.stringify(text)}`)
  return Number(text)
}
