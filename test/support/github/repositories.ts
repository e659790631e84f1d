import type { Handlers, RepositoryCall } from './call.ts'
import type { Repository } from './state.ts'
import { user } from './users.ts'

/** A repository as GitHub shows it. */
export function shown({ id, name, private: hidden, defaultBranch }: Repository, api: string) {
  const [owner = '', short = ''] = name.split('/')
  return {
    id,
    name: short,
    full_name: name,
    owner: user(owner),
    private: hidden,
    visibility: hidden ? 'private' : 'public',
    default_branch: defaultBranch,
    url: `${api}/repos/${name}`,
    html_url: `https://github.com/${name}`,
    archived: false,
    disabled: false,
    fork: false,
  }
}

export const repositoryHandlers: Handlers<RepositoryCall> = {
  'GET /repos/{owner}/{repo}': ({ repository, api }) => ({ status: 200, body: shown(repository, api) }),
}
