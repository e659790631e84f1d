import type { Announcer } from '../../steps/announce/index.ts'
import type { ActionHost } from './run-action.ts'
import { runPage } from './run-name.ts'
import type { Tokens } from './tokens.ts'

/** What is announced of: an app, and the GitOps repository as the inputs name it. */
export type Announced = { app: string; repository: string; branch: string; directory: string }

type Host = Pick<ActionHost, 'env' | 'fetch' | 'clock' | 'log' | 'signal'>

/** Milliseconds that GitHub's API may take for an answer, and that one errand waits for a rate limit. */
const [timeout, patience] = [15_000, 30_000]

/**
 * Tells the GitHub that runs this of an app's releases, with tokens that may do this alone. Undefined where no GitHub
 * does. Only types are loaded with this file, so that a step that imports it starts at once.
 */
export async function openAnnouncement(
  { app, repository, branch, directory }: Announced,
  tokens: Tokens,
  { env, fetch, clock, log, signal: cancelled }: Host,
): Promise<Announcer | undefined> {
  const api = env.GITHUB_API_URL
  if (!api) return undefined
  const { openGitHub } = await import('../../github/index.ts')
  const { openAnnouncer } = await import('../../steps/announce/index.ts')
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const runUrl = runPage(env)
  return openAnnouncer({
    app,
    places: { server, repository, branch, directory },
    open(where, permissions, signal) {
      const token = tokens.forApi(where, permissions)
      return token && openGitHub({ api, token, fetch, clock, log, signal, timeout, patience })
    },
    ...(runUrl !== undefined && { runUrl }),
    clock,
    log,
    cancelled,
  })
}
