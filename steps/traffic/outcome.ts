import type { ClusterRole, ClusterState } from '../../gitops/fleet/index.ts'

/** One server before and after. `share` is in percent; `state` is null for a server that is no cluster of the fleet. */
export type TrafficRow = {
  server: string
  role: ClusterRole | null
  state: ClusterState | null
  before: { weight: number; share: number }
  after: { weight: number; share: number }
  /** Sessions under way when it was last looked at. */
  sessions: number
}

/**
 * What became of the traffic. `planned`: a dry run, `after` is what would hold. `halfway`: some changes were made, or all
 * and what came of them cannot be read; `after` is what was read then, or else set; nothing on the way is worse than its
 * ends, and the next run goes on. `busy`: the weights are right, but sessions outlast the time. `incomplete`: an active
 * cluster has no server there, the others have what they should. `refused`: nothing was changed.
 */
export type TrafficOutcome = {
  kind: 'changed' | 'unchanged' | 'planned' | 'halfway' | 'busy' | 'incomplete' | 'refused'
  /** The commit whose states hold. */
  commit: string
  rows: readonly TrafficRow[]
  /** What a person should know. */
  notes: readonly string[]
  reason: string
  cure?: string
}
