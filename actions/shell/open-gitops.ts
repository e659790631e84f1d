import type { OpenRepository } from '../../gitops/repository/index.ts'
import { workflowCommitter } from './committer.ts'
import type { TokenInputs } from './inputs.ts'
import type { ActionHost } from './run-action.ts'
import { openTokens, type Tokens } from './tokens.ts'

/** Which branch of which GitOps repository an action works on, and with which token or App. */
type GitOpsInputs = { repository: string; branch: string; directory: string; token: string } & Partial<TokenInputs>

/** A repository to be closed, and what it was opened with. */
export type GitOps = {
  repository: OpenRepository
  tokens: Tokens
  /** The address of the GitHub that runs this. */
  server: string
}

/**
 * Opens the GitOps repository of an action, to be written by the workflow's own account. Talks to no server yet. Throws
 * a ConfigurationError for inputs that cannot be.
 */
export async function openGitOps(inputs: GitOpsInputs, host: Omit<ActionHost, 'summarizeFailure'>): Promise<GitOps> {
  // Loaded after the step's first line is out, so that it starts at once.
  const { openRepository } = await import('../../gitops/repository/index.ts')
  const { run, clock, log, env, temporary } = host
  const { repository, branch, directory } = inputs
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const tokens = await openTokens({ 'app-client-id': '', 'app-private-key': '', ...inputs }, host)
  const token = tokens.forGit(repository, 'write')
  const opened = await openRepository(
    { repository, branch, directory, token, committer: workflowCommitter, server },
    { run, clock, log, environment: env, temporary },
  )
  return { repository: opened, tokens, server }
}
