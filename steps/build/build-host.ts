import type { Clock, Log, RunCommand } from '../../host/index.ts'
import { type Credentials, openRegistry, type Registry, splitRepository } from '../../images/index.ts'

/** The outside world as a build touches it. */
export type BuildHost = {
  run: RunCommand
  fetch: typeof fetch
  clock: Clock
  log: Log
  signal: AbortSignal
  /** A folder for temporary files. */
  temporary: string
  /** Finds the credentials to ask a registry with; the builder finds its own. */
  credentials: (registry: string) => Promise<Credentials>
  /** Where the values of secrets are. */
  env?: Readonly<Record<string, string | undefined>>
  /** The URL of the source repository, for a checkout that has no `origin`. */
  source?: string
}

/** Opens the registry that a repository is in. */
export async function openAt(repository: string, host: BuildHost): Promise<Registry> {
  return openRegistry({ ...host, credentials: await host.credentials(splitRepository(repository).registry) })
}
