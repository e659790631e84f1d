import type { Ancestry } from '../../gitops/promotion/index.ts'
import {
  type CommitRelation,
  type HistoryOptions,
  openHistory,
  type RepositoryPorts,
} from '../../gitops/repository/index.ts'

/** Where the application's own repository is; `repository` is undefined when nobody named it. */
export type SourceOptions = Omit<HistoryOptions, 'repository'> & { repository: string | undefined }

/** An application's history as promotion asks for it; it holds a temporary folder until it is closed. */
export type Source = Ancestry & { close(): Promise<void> }

/** How long an outage is borne, in milliseconds: an image that is not admitted is known to no later run. */
const patience = 4 * 60_000

/**
 * Opens the repository that an application's images are built from, to tell an older source from a newer one. While it is
 * out of reach it is asked again for four minutes; why a relation is `unknown` then goes to the log, once for each
 * reason. Throws a ConfigurationError for an address that cannot be; `compare` rejects when the signal is aborted.
 */
export async function openSource(
  options: SourceOptions,
  ports: RepositoryPorts & { signal?: AbortSignal },
): Promise<Source> {
  const { repository, ...rest } = options
  const history = repository === undefined ? undefined : await openHistory({ ...rest, repository }, ports)
  const told = new Set<string>()
  return {
    async compare(first, second) {
      const relation = history
        ? await bearOutages(() => history.compare(first, second), ports)
        : { kind: 'unknown' as const, reason: "the application's repository was not named" }
      if (relation.kind === 'unknown' && !told.has(relation.reason)) {
        told.add(relation.reason)
        ports.log.warning(`which source is newer is unknown: ${relation.reason}`)
      }
      return relation.kind
    },
    async close() {
      await history?.close()
    },
  }
}

async function bearOutages(
  compare: () => Promise<CommitRelation>,
  { clock, signal, log }: Pick<RepositoryPorts, 'clock' | 'log'> & { signal?: AbortSignal },
): Promise<CommitRelation> {
  const until = clock.now() + patience
  for (let pause = 2000; ; pause = Math.min(2 * pause, 30_000)) {
    const relation = await compare()
    if (relation.kind !== 'unknown' || !relation.outage || clock.now() + pause > until) return relation
    log.info(`${relation.reason}; asked again in ${pause / 1000} s`)
    await clock.sleep(pause, signal)
  }
}
