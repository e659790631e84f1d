import { inspect } from 'node:util'
import { explainError } from '../../configuration/index.ts'
import { type GitHub, GitHubError, type GitHubOptions, openGitHub } from '../../github/index.ts'
import type { Log } from '../../host/index.ts'
import { VirtualClock } from '../support/clock.ts'
import { type GitHubServer, type Permissions, startGitHub } from '../support/github/index.ts'

/** The real client before a GitHub on loopback, on a clock that waits for nobody. */
export type Stage = {
  server: GitHubServer
  github: GitHub
  clock: VirtualClock
  /** The client's token. */
  token: string
  /** What the client logged and the errors that `failure` saw, as a person gets them. */
  words: string[]
  log: Log
  /** Another client of the same server. */
  open(options?: Partial<GitHubOptions>): GitHub
  /** The GitHubError with which something ends; throws if it does not. */
  failure(promise: Promise<unknown>): Promise<GitHubError>
  /** What was sent so far: method and path. */
  sent(): string[]
  /** Ends the server. Throws when a secret was shown, or when GitHub would not have answered so. */
  close(): Promise<void>
}

export const all: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  pull_requests: 'write',
}

/** Starts it with the repository acme/coolkit, its pull request 1 and a token for both. */
export async function startStage({ permissions = all, prefix = '' } = {}): Promise<Stage> {
  const clock = new VirtualClock()
  const server = await startGitHub({ now: () => clock.now(), prefix })
  server.repository('acme/coolkit')
  server.pull('acme/coolkit', { title: 'a change' })
  const token = server.token({ repositories: ['acme/coolkit'], permissions })
  const words: string[] = []
  const say = (line: string) => void words.push(line)
  const log: Log = { debug: say, info: say, warning: say, error: say }
  const open: Stage['open'] = (options = {}) =>
    openGitHub({ api: server.url, token, fetch, clock, log, timeout: 5000, ...options })
  return {
    server,
    github: open(),
    clock,
    token,
    words,
    log,
    open,
    async failure(promise) {
      const error: unknown = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      words.push(explainError(error), inspect(error, { depth: 8 }))
      if (error instanceof GitHubError) return error
      throw new Error(`expected a GitHubError, got ${inspect(error)}`)
    },
    sent: () => server.requests.map(({ method, path }) => `${method} ${path}`),
    async close() {
      await server.close()
      const shown = [...server.state.tokens.keys()].filter(secret => words.some(line => line.includes(secret)))
      const proof = words.some(line => line.includes('eyJhbGciOi')) // how an App's own tokens begin
      if (shown.length > 0 || proof) throw new Error('a token was shown')
    },
  }
}
