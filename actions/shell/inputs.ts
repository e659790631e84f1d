import { getInput } from '@actions/core'

/** How an action proves itself to GitHub: with a token that was given, or as an App, which makes tokens when needed. */
export type TokenInputs = { token: string; 'app-client-id': string; 'app-private-key': string }

/** The inputs `token`, `app-client-id` and `app-private-key`, as they come. */
export function readTokenInputs(): TokenInputs {
  return {
    token: getInput('token'),
    'app-client-id': getInput('app-client-id'),
    'app-private-key': getInput('app-private-key'),
  }
}

/** Those of them that must never be shown; minted tokens are masked as they come. */
export function tokenSecrets({ token, 'app-private-key': key }: TokenInputs): string[] {
  return [token, key].filter(secret => secret !== '')
}
