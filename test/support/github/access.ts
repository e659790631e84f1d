import { verify } from 'node:crypto'
import { z } from 'zod'
import { found, notFound, Refused } from './call.ts'
import { type Operation, operations } from './operations.ts'
import type { AppState, Permissions, Repository, State, TokenState } from './state.ts'

export type Bearer = { token?: TokenState; app?: AppState }

/** Who asks. Throws GitHub's 401 for a token that is unknown or has expired, and for an App's that is not signed by it. */
export function bearerOf(state: State, header: string | undefined, now: number): Bearer {
  const [, secret] = /^(?:bearer|token) +(\S+)$/i.exec(header ?? '') ?? []
  if (secret === undefined) throw new Refused(401, 'Requires authentication')
  if (secret.split('.').length === 3) return { app: appOf(state, secret, now) }
  const token = state.tokens.get(secret)
  if (!token || token.expiresAt <= now) throw new Refused(401, 'Bad credentials')
  return { token }
}

/** Throws what GitHub answers where the bearer may not do it: 404 for what it may not see, 403 for what it may not do. */
export function checkAccess(operation: Operation, { token, app }: Bearer, repository: Repository | undefined): void {
  const needed = operations[operation]
  if (needed === 'none') return
  if (needed === 'app') {
    if (!app) throw new Refused(401, 'A JSON web token could not be decoded')
    return
  }
  if (!token) throw new Refused(403, 'Resource not accessible by integration')
  const reads = operation.startsWith('GET ')
  const reaches = repository === undefined || token.repositories.includes(repository.name)
  if (!reaches && repository?.private) throw notFound()
  if (!reaches && reads) return // what is public may be read with any token
  if (token.kind === 'user' && operation.includes('/check-runs') && !reads) {
    throw new Refused(403, 'You must authenticate via a GitHub App.')
  }
  if (reaches && needed.split(';').some(set => grants(token.permissions, set))) return
  const whom = token.kind === 'installation' ? 'integration' : 'personal access token'
  throw new Refused(403, `Resource not accessible by ${whom}`)
}

const levels = ['none', 'read', 'write', 'admin']

function grants(permissions: Permissions, set: string): boolean {
  return set.split(',').every(pair => {
    const [name = '', level = ''] = pair.trim().split('=')
    const own = permissions[name] ?? (name === 'metadata' ? 'read' : 'none')
    return levels.indexOf(own) >= levels.indexOf(level)
  })
}

const claimsSchema = z.object({ iss: z.string(), iat: z.int(), exp: z.int() })

function appOf(state: State, token: string, now: number): AppState {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  const app = claims.success ? state.apps.get(claims.data.iss) : undefined
  const signed = Buffer.from(`${header}.${payload}`)
  if (!claims.success || !app || !verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) {
    throw new Refused(401, 'A JSON web token could not be decoded')
  }
  const { iat, exp } = claims.data
  const seconds = now / 1000
  if (iat > seconds + 1) throw new Refused(401, "'Issued at' claim ('iat') must be an Integer representing the time")
  if (exp > seconds + 600) throw new Refused(401, "'Expiration time' claim ('exp') is too far in the future")
  if (exp < seconds) throw new Refused(401, "'Expiration time' claim ('exp') must be a numeric value in the future")
  return app
}

/** The installation of an App that reaches a repository; GitHub's 404 where there is none. */
export function installationOf(app: AppState | undefined, repository: string) {
  return found(app?.installations.find(({ repositories }) => repositories.includes(repository)))
}
