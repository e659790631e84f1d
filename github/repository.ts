import { ConfigurationError } from '../configuration/index.ts'

/**
 * The parameters that GitHub's routes have for a repository, from its name as `owner/name`. Throws a ConfigurationError
 * for anything else, so that no name leads a request to another path.
 */
export function inRepository(repository: string): { owner: string; repo: string } {
  const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9._-]{1,100})$/.exec(repository) ?? []
  if (owner === undefined || repo === undefined || /^\.+$/.test(repo)) {
    throw new ConfigurationError({
      problem: 'not the name of a repository',
      value: repository,
      cure: 'Write it as owner/name',
    })
  }
  return { owner, repo }
}
