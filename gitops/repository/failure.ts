import { ConfigurationError, type Fault } from '../../configuration/index.ts'
import type { CommandResult } from '../../host/index.ts'
import type { Address } from './address.ts'
import { noRepository } from './clone.ts'
import { printable } from './git.ts'
import { RepositoryUnreachableError } from './repository.ts'

/**
 * Says why a call to the server failed: a ConfigurationError when the user can cure it (the repository, the token),
 * otherwise a RepositoryUnreachableError, because trying again may work.
 */
export function failure(doing: string, address: Address, result: CommandResult): Error {
  if (address.kind === 'file' && /does not appear to be a git repository/.test(result.stderr))
    return noRepository(address)
  const fault = mistakes.find(([pattern]) => pattern.test(result.stderr))?.[1]
  if (fault) return new ConfigurationError({ ...fault, value: address.url })
  const why = result.code === null ? `no answer in time (${result.signal})` : printable(result.stderr)
  return new RepositoryUnreachableError(`${doing} ${address.url}: ${why || `git ended with code ${result.code}`}`)
}

/** What git prints, with LC_ALL=C, for faults that no waiting cures; see http.c, remote-curl.c and setup.c of Git. */
const mistakes: readonly [RegExp, Fault][] = [
  [
    /Authentication failed|could not read (?:Username|Password)|returned error: 401|Invalid username or (?:password|token)/,
    {
      problem: 'the repository asks for a token, or refuses the one it was given',
      place: { input: 'token' },
      cure: 'Give a token that has not expired and may read the repository (and push to it, to write)',
    },
  ],
  [
    /returned error: 403|Write access to repository not granted|Permission to \S+ denied/,
    {
      problem: 'the token is not allowed to do this to the repository',
      place: { input: 'token' },
      cure: 'Give it "contents: read" there, and "contents: write" to write',
    },
  ],
  [
    /repository '[^']*' (?:not found|does not exist)|Repository not found|returned error: 404|does not appear to be a git repository/i,
    {
      problem: 'there is no such repository, or the token may not see it',
      place: { input: 'repository' },
      cure: 'Check its name, and that the token may read it',
    },
  ],
  [
    /dubious ownership/,
    {
      problem: 'Git does not trust the repository, because its folder belongs to another user',
      place: { input: 'repository' },
      cure: 'Run: git config --global --add safe.directory <folder>',
    },
  ],
  [
    /Permission denied \(|Host key verification failed/,
    {
      problem: 'SSH could not log in to the repository',
      place: { input: 'repository' },
      cure: 'Check the SSH key and known_hosts, or use an https URL and a token',
    },
  ],
]
