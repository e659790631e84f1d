import { openGitHub } from '../../github/index.ts'
import { openAnnouncer } from '../../steps/announce/index.ts'
import type { Listener, PromoteRequest } from '../../steps/promote/index.ts'
import type { ActionHost, Tokens } from '../shell/index.ts'
import type { Inputs } from './inputs.ts'

type Host = Pick<ActionHost, 'env' | 'fetch' | 'clock' | 'log' | 'signal'>

/** Milliseconds that GitHub's API may take for an answer, and that one errand waits for a rate limit. */
const [timeout, patience] = [15_000, 30_000]

/**
 * Tells the GitHub that runs this of the promotion, with tokens that may do this alone. A run that only admits, or
 * writes nothing, has nothing to tell: the one that carries the release does.
 */
export function openAnnouncement(
  { app, until, dryRun }: PromoteRequest,
  { repository, branch, directory }: Inputs,
  tokens: Tokens,
  { env, fetch, clock, log, signal: cancelled }: Host,
): { listeners: readonly Listener[]; close(): Promise<void> } {
  const api = env.GITHUB_API_URL
  if (!api || dryRun || until?.kind === 'admitted') return { listeners: [], close: async () => {} }
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const runUrl = runPage(env)
  const announcer = openAnnouncer({
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
  return { listeners: [announcer], close: () => announcer.close() }
}

function runPage({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: ActionHost['env']): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
}
