import type { Handlers, RepositoryCall } from './call.ts'
import { type Call, Refused } from './call.ts'

/** A user as GitHub shows one inside other things. */
export function user(login: string) {
  return { login, id: idOf(login), type: login.endsWith('[bot]') ? 'Bot' : 'User', url: '', html_url: '' }
}

export const userHandlers: Handlers<Call> = {
  'GET /user'({ token, login }) {
    if (token?.kind !== 'user') throw new Refused(403, 'Resource not accessible by integration')
    return { status: 200, body: user(login) }
  },
  'GET /rate_limit'({ now }) {
    const rate = { limit: 5000, remaining: 4999, reset: Math.floor(now / 1000) + 3600, used: 1 }
    return { status: 200, body: { resources: { core: rate, search: rate }, rate } }
  },
}

export const collaboratorHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission'({ repository, path }) {
    const username = path.username ?? ''
    const role = repository.collaborators.get(username) ?? (repository.private ? 'none' : 'read')
    return { status: 200, body: { permission: role, role_name: role, user: user(username) } }
  },
}

/** The same for a login at all times. */
function idOf(login: string): number {
  return [...login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7)
}
