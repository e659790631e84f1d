import type { Cluster, Fleet, Pipeline } from '../../gitops/fleet/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'

/** Everything that says whether a pin may be written. `base` is the tree of `base/` that goes with it, where one does. */
export type Question = {
  tree: Tree
  app: string
  fleet: Fleet
  pipeline: Pipeline | undefined
  cluster: Cluster
  image: Image
  base: string | undefined
}

/** Keeps the fleet's promise where pins are set by hand. */
export type Guard = {
  /** Why a release must not be written to a cluster, or undefined when it may. */
  refusal(question: Question): string | undefined
  /** Whether the record knows already that this release is there, or nothing keeps a record. */
  isRecorded(question: Question): boolean
  /** What to write beside the pins, so that the record says what was overridden, why and when (ISO 8601). */
  record(overridden: readonly Question[], reason: string, at: string): Change[]
}
