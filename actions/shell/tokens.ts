import { ConfigurationError } from '../../configuration/index.ts'
import type { Permissions, Token } from '../../github/index.ts'
import type { Token as GitToken } from '../../gitops/repository/index.ts'
import type { TokenInputs } from './inputs.ts'
import type { ActionHost } from './run-action.ts'

/** Where an action's tokens come from. */
export type Tokens = {
  /**
   * A token for the API: an App's is made for this one repository (`owner/name`) with these permissions and no others,
   * and renewed before its hour is over. Undefined when nothing was given.
   */
  forApi(repository: string, permissions: Permissions): Token | undefined
  /**
   * A token for Git, for a repository as the user names it: `contents` is all it may touch. An App has none for another
   * server: a ConfigurationError where it is to be written to.
   */
  forGit(repository: string, contents: 'read' | 'write'): GitToken | undefined
}

/** Reads how the action proves itself. An App goes before a token, which is `github.token` when nobody gave another. */
export async function openTokens(
  inputs: TokenInputs,
  { env, fetch, clock, log, signal, mask }: Pick<ActionHost, 'env' | 'fetch' | 'clock' | 'log' | 'signal' | 'mask'>,
): Promise<Tokens> {
  const { token, 'app-client-id': clientId, 'app-private-key': privateKey } = inputs
  if (clientId === '' && privateKey === '') return given(token)
  for (const input of ['app-client-id', 'app-private-key'] as const) {
    if (inputs[input] !== '') continue
    throw new ConfigurationError({
      problem: 'missing, and the other half of the App is given',
      place: { input },
      cure: 'Give both, from the settings of the GitHub App, or neither',
    })
  }
  const { GitHubError, openApp, repositoryOn } = await import('../../github/index.ts')
  const { RepositoryUnreachableError } = await import('../../gitops/repository/index.ts')
  const api = env.GITHUB_API_URL || 'https://api.github.com'
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const app = openApp({ clientId, privateKey, api, fetch, clock, log, signal, mask })
  return {
    forApi: (repository, permissions) => app.tokenFor(repository, permissions),
    forGit(repository, contents) {
      const name = repositoryOn(server, repository)
      if (name === undefined && contents === 'read') return undefined
      if (name === undefined) {
        throw new ConfigurationError({
          problem: `not a repository on ${server}, where the GitHub App is`,
          place: { input: 'repository' },
          value: repository,
          cure: 'Write owner/name, or give a token instead of the App',
        })
      }
      const make = app.tokenFor(name, { contents })
      return async () => {
        try {
          return await make()
        } catch (error) {
          if (!(error instanceof GitHubError)) throw error
          // What may pass by itself is waited for as a server is that does not answer; what is only read can be missed.
          const passes = contents === 'read' || error.kind === 'unavailable' || error.kind === 'rate-limited'
          throw passes ? new RepositoryUnreachableError(error.message, { cause: error }) : error
        }
      }
    },
  }
}

function given(token: string): Tokens {
  return {
    forApi: () => (token === '' ? undefined : async () => token),
    forGit: () => (token === '' ? undefined : token),
  }
}
