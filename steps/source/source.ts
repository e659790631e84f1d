import type { Ancestry } from '../../gitops/promotion/index.ts'
import { type HistoryOptions, openHistory, type RepositoryPorts } from '../../gitops/repository/index.ts'

/** Where the application's own repository is; `repository` is undefined when nobody named it. */
export type SourceOptions = Omit<HistoryOptions, 'repository'> & { repository: string | undefined }

/** An application's history as promotion asks for it; it holds a temporary folder until it is closed. */
export type Source = Ancestry & { close(): Promise<void> }

/**
 * Opens the repository that an application's images are built from, to tell an older source from a newer one. Why a
 * relation is `unknown` goes to the log, once for each reason. Throws a ConfigurationError for an address that cannot be.
 */
export async function openSource(options: SourceOptions, ports: RepositoryPorts): Promise<Source> {
  const { repository, ...rest } = options
  const history = repository === undefined ? undefined : await openHistory({ ...rest, repository }, ports)
  const told = new Set<string>()
  return {
    async compare(first, second) {
      const relation = history
        ? await history.compare(first, second)
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
