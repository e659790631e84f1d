import type { Sighting } from './argocd.ts'

/** How a step on a preview ended. */
export type PreviewResult =
  | 'building'
  | 'ready'
  | 'failed'
  | 'limit'
  /** Another commit was pushed, or another run builds this one: that run goes on. */
  | 'outdated'
  | 'closed'
  | 'not-asked'
  | 'fork'
  | 'expired'
  | 'nothing-to-do'

export type PreviewOutcome = {
  result: PreviewResult
  /** One sentence without markup. */
  reason: string
  /** For people, GitHub Markdown. */
  markdown: string
  name?: string
  url?: string
  /** The pull request's head commit, as it is now. */
  head?: string
  /** Build and push it for a preview, only see whether it can be built, or neither. */
  build: 'push' | 'check' | 'no'
  /** When this began, milliseconds. */
  started?: number
  argocd?: Sighting
  /** Pull requests whose previews were taken away. */
  numbers?: readonly number[]
}
