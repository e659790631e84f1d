import type { DemoCluster } from './clusters.ts'
import type { Facts } from './facts.ts'
import type { Load } from './load.ts'
import type { ActionRun, StartedAction } from './run-action.ts'
import type { World } from './world.ts'

/** An image that was built, by every name it has. */
export type Built = { image: string; tag: string; digest: string; commit: string }

/** What a scene plays with. */
export type Stage = {
  world: World
  clusters: readonly DemoCluster[]
  load: Load
  facts: Facts
  /** What was built so far, oldest first. */
  releases: readonly Built[]
  /** Builds the application's checkout as it is now, with the action build-image. */
  build(): Promise<Built>
  /** Starts the action promote; without an image it resumes, or admits a changed `base/`. */
  promote(inputs: { image?: string; until?: string }): StartedAction
  /** Notes that something must be so; the scene fails when it is not. */
  check(claim: string, holds: boolean, found?: unknown): void
  /** A line for people. */
  tell(line: string): void
}

/** One thing the demo shows. `play` gives a sentence that says what happened. */
export type Scene = { letter: string; title: string; play(stage: Stage): Promise<string> }

/** A claim that a scene made, and whether it held. */
export type Check = { claim: string; holds: boolean; found?: string }

/** How a scene went. Times are milliseconds since the epoch. */
export type Played = { scene: Scene; from: number; to: number; what: string; checks: readonly Check[] }

/** Whether every claim held. */
export function went({ checks }: Played): boolean {
  return checks.length > 0 && checks.every(({ holds }) => holds)
}

/** The result an action promote gave, or how it ended without one. */
export function resultOf({ outputs, code, signal }: ActionRun): string {
  return outputs.result || `no result (${signal ?? `exit code ${code}`})`
}
