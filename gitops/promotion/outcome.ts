import type { Release } from './release.ts'

/** How a promotion ended, for this time. Running it again goes on from here. */
export type OutcomeKind =
  | 'promoted'
  | 'rolled-back'
  | 'rollback-failed'
  | 'superseded'
  | 'suspended'
  | 'waiting'
  | 'blocked'
  | 'refused'
  | 'nothing-to-do'

/** What a release waits for at a gate: a person's approval, asked of the reviewers of a GitHub environment. */
export type ApprovalWish = { wave: string; environment: string; release: Release }

/** A result with a reason a person understands, and what they can do about it. */
export type Stop = {
  kind: OutcomeKind
  reason: string
  cure?: string
  /** For `waiting`: running it again before then (milliseconds) changes nothing. */
  notBefore?: number
  /** For `waiting`: until a person approves, nothing changes. */
  approval?: ApprovalWish
  /** A folder that someone edited: whoever reports this asks the history who did. */
  editedPath?: string
}

/** Where one wave stands at the end. */
export type WaveReport = { wave: string; clusters: readonly { cluster: string; pinned: boolean; accepted: boolean }[] }

export type Outcome = Stop & {
  app: string
  release?: Release
  waves: readonly WaveReport[]
  /** The commits this run made, oldest first. */
  commits: readonly { commit: string; title: string }[]
}
