import type { State } from '../../support/github/index.ts'

/**
 * Who may do what at the Git server, by the state of the API server, as GitHub has it: a token that it knows reads or
 * writes what its `contents` permission says; what is public, anybody reads.
 */
export function gitAccess(state: State) {
  return (
    authorization: string | undefined,
    { repository, writes }: { repository: string; writes: boolean },
  ): boolean => {
    const isPublic = state.repositories.get(repository)?.private === false
    if (authorization === undefined) return isPublic && !writes
    const [, secret] = Buffer.from(authorization.replace(/^basic +/i, ''), 'base64')
      .toString()
      .split(':')
    const token = state.tokens.get(secret ?? '')
    if (!token || token.expiresAt <= Date.now()) return false
    const level = token.repositories.includes(repository) ? token.permissions.contents : undefined
    return writes ? level === 'write' : isPublic || level !== undefined
  }
}
