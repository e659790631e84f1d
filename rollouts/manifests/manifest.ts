import type { Step } from '../../configuration/index.ts'

/** A Kubernetes resource with what its YAML says beside it. */
export type Manifest<Resource = unknown> = {
  resource: Resource
  /** Above all of it. */
  about?: string
  /** Above the values at these paths, line by line; long lines are folded. */
  comments?: readonly { path: readonly Step[]; text: string }[]
}
