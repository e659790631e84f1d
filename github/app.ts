import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { ConfigurationError } from '../configuration/index.ts'
import { type Clock, type Log, silentLog } from '../host/index.ts'
import { type GitHub, openGitHub } from './client.ts'
import { GitHubError } from './error.ts'
import { readPrivateKey, signAppToken } from './jwt.ts'
import { inRepository } from './repository.ts'
import type { Token } from './token.ts'

export type AppOptions = {
  clientId: string
  /** PEM. */
  privateKey: string
  api: string
  fetch: typeof fetch
  clock: Clock
  log?: Log
  signal?: AbortSignal
  /** Called with each new token before it is used, so that no log shows it. */
  mask?: (secret: string) => void
}

/** What a token may do, in GitHub's spelling: `{ contents: 'write', pull_requests: 'read' }`. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>

export interface App {
  /** Gives a token for one repository with these permissions and no others. Nothing is asked before its first use. */
  tokenFor(repository: string, permissions: Permissions): Token
}

/** A token is renewed this long before it expires, in milliseconds: a long upload began with it is then done. */
const margin = 300_000

const installationSchema = z.object({ id: z.int() })
const accessSchema = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) })

/**
 * A GitHub App, which acts for itself where a workflow's own token ends with its job or its repository. Throws a
 * ConfigurationError for a client id or key that cannot be used.
 */
export function openApp({ clientId, privateKey, mask = () => {}, ...rest }: AppOptions): App {
  if (!/^[A-Za-z0-9._-]+$/.test(clientId)) {
    throw new ConfigurationError({
      problem: "not a GitHub App's client id",
      value: clientId,
      cure: 'It is in the settings of the App, and begins with Iv',
    })
  }
  const key = readPrivateKey(privateKey)
  const { log = silentLog, ...connection } = rest
  const token = keep(async () => prove(clientId, key, rest.clock.now()), rest.clock, 30_000, mask)
  const github = openGitHub({ ...connection, log, token })

  return {
    tokenFor(repository, permissions) {
      const place = inRepository(repository)
      let installation: Promise<number> | undefined
      return keep(
        async () => {
          installation ??= findInstallation(github, repository)
          const id = await installation.catch(error => {
            installation = undefined
            throw error
          })
          return access(github, { id, repository: place.repo, permissions })
        },
        rest.clock,
        margin,
        mask,
      )
    },
  }
}

type Fresh = { token: string; expiresAt: number }

function prove(clientId: string, key: KeyObject, now: number): Fresh {
  return signAppToken(clientId, key, now)
}

/** A token that is made when it is asked for, and made anew before it expires or when it was refused. */
function keep(make: () => Promise<Fresh>, clock: Clock, early: number, mask: (secret: string) => void): Token {
  let current: Fresh | undefined
  let making: Promise<Fresh> | undefined
  return async refused => {
    if (current && current.token !== refused && clock.now() < current.expiresAt - early) return current.token
    making ??= make().finally(() => {
      making = undefined
    })
    const fresh = await making
    if (fresh.token !== current?.token) mask(fresh.token)
    current = fresh
    return fresh.token
  }
}

async function findInstallation(github: GitHub, repository: string): Promise<number> {
  try {
    const route = 'GET /repos/{owner}/{repo}/installation'
    return (await github.get(route, inRepository(repository), installationSchema)).id
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== 'not-found') throw error
    throw new GitHubError('not-found', {
      problem: `the GitHub App is not installed on ${repository}, or there is no such repository`,
      cure: 'Install it there, in the settings of the App',
      status: error.status,
      cause: error,
    })
  }
}

async function access(
  github: GitHub,
  { id, repository, permissions }: { id: number; repository: string; permissions: Permissions },
): Promise<Fresh> {
  try {
    const { token, expires_at } = await github.change({
      route: 'POST /app/installations/{installation_id}/access_tokens',
      parameters: { installation_id: id, repositories: [repository], permissions },
      schema: accessSchema,
      find: async () => undefined, // one token too many does no harm, and expires
    })
    return { token, expiresAt: Date.parse(expires_at) }
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status !== 422) throw error
    const wanted = Object.entries(permissions).map(([name, level]) => `${name.replaceAll('_', '-')}: ${level}`)
    throw new GitHubError('forbidden', {
      problem: `the GitHub App has no token to give for ${repository} with ${wanted.join(', ')}`,
      cure: 'Give it these permissions in the settings of the App, and accept them where it is installed',
      status: error.status,
      permission: wanted.join(' and '),
      cause: error,
    })
  }
}
