import { ConfigurationError } from '../configuration/index.ts'

/**
 * Gives the token to send, asked before each request. `refused` is one that GitHub did not accept, although it looked
 * valid: another is given if there is one to be had.
 */
export type Token = (refused?: string) => Promise<string>

/** A bad token must not reach `fetch`, which prints the header that it refuses. */
export function checkToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new ConfigurationError({
    problem: token === '' ? "there is no token for GitHub's API" : 'the token for GitHub holds a space or line break',
    cure: 'Pass `token: ${{ github.token }}`, or an App as app-client-id and app-private-key',
  })
}

/** Takes tokens out of a text that is shown, also where they are written as in JSON. */
export function hiding(tokens: readonly string[]): (text: string) => string {
  const written = [...new Set(tokens.flatMap(token => [token, JSON.stringify(token).slice(1, -1)]))]
  return text => written.reduce((shown, token) => shown.replaceAll(token, '***'), text)
}
