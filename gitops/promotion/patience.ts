import type { Clock } from '../../host/index.ts'
import {
  type Repository,
  RepositoryUnreachableError,
  type Tree,
  type Write,
  type WriteResult,
} from '../repository/index.ts'

/** How long a run that has begun bears an outage of the repository, in milliseconds. */
const patience = 10 * 60_000

/**
 * A repository that is out of reach now and then. Before anything was read, three failures are enough to say so; after
 * that, an outage is waited out for ten minutes. A write that broke may have happened or not: it counts as lost, so that
 * the head is read and the edit derived again.
 */
export function patiently(
  repository: Repository,
  clock: Clock,
  signal: AbortSignal,
): Pick<Repository, 'head' | 'write'> {
  let reached: number | undefined
  let failures = 0

  async function bear(error: unknown): Promise<void> {
    if (!(error instanceof RepositoryUnreachableError)) throw error
    failures += 1
    const over = reached === undefined ? failures >= 3 : clock.now() - reached > patience
    if (over) throw error
    await clock.sleep(Math.min(30_000, 1000 * 2 ** failures), signal)
  }

  return {
    async head(): Promise<Tree> {
      for (;;) {
        try {
          const tree = await repository.head()
          if (failures === 0) reached = clock.now()
          return tree
        } catch (error) {
          await bear(error)
        }
      }
    },
    async write(write: Write): Promise<WriteResult> {
      try {
        const result = await repository.write(write)
        failures = 0
        reached = clock.now()
        return result
      } catch (error) {
        reached ??= clock.now()
        await bear(error)
        return { kind: 'lost' }
      }
    },
  }
}
