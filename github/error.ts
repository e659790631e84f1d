/** Why GitHub's API did not do what was asked. */
export type GitHubErrorKind =
  | 'unauthorized'
  | 'forbidden'
  /** It is not there, or the token may not see it: GitHub answers both alike. */
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'rate-limited'
  /** No answer, or one that says that GitHub itself is in trouble. */
  | 'unavailable'
  /** Whatever answered is not GitHub's API as it is described. */
  | 'unexpected'

type About = {
  problem: string
  cure?: string | undefined
  status?: number | undefined
  permission?: string | undefined
  retryAt?: number | undefined
  uncertain?: boolean
  cause?: unknown
}

/** GitHub did not do what was asked. The message says what that was, what GitHub said and the cure; never a token. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError'
  readonly kind: GitHubErrorKind
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** The permission that is missing, as workflows write it (`checks: write`), where GitHub names it. */
  readonly permission: string | undefined
  /** When GitHub may be asked again, in milliseconds since the epoch, where that is known. */
  readonly retryAt: number | undefined
  /** Whether a change may have been made all the same: nobody heard how it ended. */
  readonly uncertain: boolean

  constructor(kind: GitHubErrorKind, { problem, cure, status, permission, retryAt, uncertain = false, cause }: About) {
    super(`${problem}${cure ? `. ${cure}` : ''}`, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.status = status
    this.permission = permission
    this.retryAt = retryAt
    this.uncertain = uncertain
  }
}
