import type { Cluster, Gate, GateAnalysis, reservedArguments } from '../fleet/index.ts'
import type { Image } from './release.ts'

/** Asks how one cluster fares with one pin. */
export type HealthQuery = {
  app: string
  cluster: Cluster
  /** What the pin says must run. */
  image: Image
  /** A commit whose tree holds this pin, and when the pin was written there (milliseconds since the epoch). */
  pinned: { commit: string; at: number }
  gate: Gate
}

/**
 * What an observer saw, bound to the pin that was asked about: Synced + Healthy at an older revision is `progressing`.
 * `syncedAt` is when the cluster is known to have taken over this pin (milliseconds), left out while that is unknown.
 */
export type Health =
  | { kind: 'healthy'; replicas: number; provesSync: boolean; detail: string }
  /** Nothing is desired to run, so nothing is wrong; never enough for an analysis. */
  | { kind: 'scaled-to-zero'; provesSync: boolean; detail: string }
  /** On its way, or paused at a Rollout's own steps. */
  | { kind: 'progressing'; reason: string; syncedAt?: number }
  /** Known to be bad; a verdict only together with `syncedAt`, because before the sync the old pin is to blame. */
  | { kind: 'degraded'; reason: string; syncedAt?: number }
  /** The Rollout of this pin was aborted. */
  | { kind: 'aborted'; reason: string }
  /** It goes no further by itself, and nothing says that this pin is bad: a person decides, until the deadline. */
  | { kind: 'undecided'; reason: string }
  /** An API was out of reach or contradicted itself: never a verdict. */
  | { kind: 'unknown'; reason: string }

/** Sees clusters. Rejects only for a ConfigurationError or when aborted; an API out of reach is `unknown`. */
export interface Observer {
  /** Named in the evidence: `prometheus`, `argocd`. */
  readonly name: string
  health(query: HealthQuery, signal: AbortSignal): Promise<Health>
  /** Throws a ConfigurationError for a cluster that it could never tell anything of. Asks nobody. */
  requireAskable?(cluster: Cluster): void
}

/** The values of the arguments that the kit supplies to every gate; `stable-digest` is `none` the first time. */
export type ReservedArguments = Readonly<Record<(typeof reservedArguments)[number], string>>

/** Asks for one analysis of one cluster. */
export type AnalysisQuery = {
  app: string
  cluster: Cluster
  image: Image
  analysis: GateAnalysis
  reserved: ReservedArguments
  /** When the cluster became healthy (milliseconds); measuring starts one rate window (longest range) after it. */
  healthySince: number
}

/** How an analysis run ended: the controller's verdict as it is, and the facts that the gate's own rules need. */
export type Judgement = {
  phase: 'Successful' | 'Failed' | 'Inconclusive' | 'Error'
  /** The run was ended from outside before its time. */
  terminated: boolean
  /** `complete`: it reached its count. `finite`: every value it measured was a finite number (or a list of such). */
  metrics: readonly { name: string; dryRun: boolean; complete: boolean; finite: boolean }[]
  /** Reset-corrected increase of `analysis.requests` during the run, for this cluster and digest; absent when unknown. */
  requests?: number
  /** One sentence a person understands. */
  message: string
}

/** Plays analyses. Rejects for a ConfigurationError or when aborted; a Prometheus out of reach is phase `Error`. */
export interface Judge {
  judge(query: AnalysisQuery, control: { signal: AbortSignal; onProgress(line: string): void }): Promise<Judgement>
  /** Throws a ConfigurationError for a cluster that it could never judge. Asks nobody. */
  requireAskable?(cluster: Cluster): void
}

/** How the first of two commits stands to the second: `ancestor` when the second contains the first. */
export type Relation = 'equal' | 'ancestor' | 'descendant' | 'diverged' | 'unknown'

/** Knows the history of the application's repository. `unknown` when it cannot be asked; never rejects for that. */
export interface Ancestry {
  compare(first: string, second: string): Promise<Relation>
}
