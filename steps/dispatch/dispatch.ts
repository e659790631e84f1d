import { dispatchWorkflow, openApp, openGitHub } from '../../github/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import type { DispatchRequest } from './request.ts'

export type DispatchHost = {
  /** The address of GitHub's API. */
  api: string
  fetch: typeof fetch
  clock: Clock
  log: Log
  signal: AbortSignal
  /** Hides a token that was minted. */
  mask: (secret: string) => void
}

/** What was started; run and page are missing where GitHub does not say (a GitHub Enterprise Server). */
export type DispatchOutcome = { repository: string; workflow: string; ref: string; run?: number; url?: string }

/**
 * Starts a workflow in another repository. A token of the App is minted for that repository and for its actions alone,
 * so that whoever holds it can start a workflow there and write nothing. Throws a ConfigurationError or a GitHubError.
 */
export async function dispatch({ dispatch, identity }: DispatchRequest, host: DispatchHost): Promise<DispatchOutcome> {
  const { repository, workflow, ref } = dispatch
  const token =
    identity.kind === 'token'
      ? identity.token
      : openApp({ ...identity, ...host }).tokenFor(repository, { actions: 'write' })
  const { id, url } = await dispatchWorkflow(openGitHub({ ...host, token }), dispatch)
  return { repository, workflow, ref, ...(id !== undefined && { run: id }), ...(url !== undefined && { url }) }
}
