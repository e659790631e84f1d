import type { Cluster } from '../fleet/index.ts'
import type { Stop } from './outcome.ts'
import type { AnalysisQuery, HealthQuery } from './ports.ts'
import type { QuarantineEntry } from './quarantine.ts'
import type { ReleaseRecord } from './record.ts'
import type { Release } from './release.ts'

/** One commit: the new record, and what goes with it. */
export type Edit = {
  record: ReleaseRecord
  /** Clusters whose pin becomes this release. */
  pins?: readonly { cluster: string; release: Release }[]
  /** The quarantine as a whole, when it changes. */
  quarantine?: readonly QuarantineEntry[]
  /** Joining clusters that become active. */
  activate?: readonly Cluster[]
  /** First line of the commit message, after `<app>: `. */
  title: string
  /** Why, for the people who read the history. */
  reason?: string
  wave?: string
  release?: Release
}

/** A pin whose health is asked for. */
export type HealthWish = { key: string; query: HealthQuery }
/** An analysis that should be playing; when it is tried again, not before `after` (milliseconds), and why. */
export type AnalysisWish = { key: string; after: number; again?: string; query: AnalysisQuery }

/** What to do next. */
export type Step =
  | { kind: 'write'; edit: Edit }
  /** Look, and plan again. `notBefore`: nothing can change by waiting before then (milliseconds). */
  | {
      kind: 'watch'
      reason: string
      health: readonly HealthWish[]
      analyses: readonly AnalysisWish[]
      notBefore?: number
    }
  | { kind: 'stop'; stop: Stop }

export const stop = (stop: Stop): Step => ({ kind: 'stop', stop })
export const write = (edit: Edit): Step => ({ kind: 'write', edit })
export const waitFor = (reason: string): Step => ({ kind: 'watch', reason, health: [], analyses: [] })
