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
  let everRead = false
  const reading = outage(clock, signal)
  const writing = outage(clock, signal)
  return {
    async head(): Promise<Tree> {
      for (;;) {
        try {
          const tree = await repository.head()
          everRead = true
          reading.over()
          return tree
        } catch (error) {
          await reading.bear(error, everRead ? Infinity : 3)
        }
      }
    },
    async write(write: Write): Promise<WriteResult> {
      try {
        const result = await repository.write(write)
        writing.over()
        return result
      } catch (error) {
        await writing.bear(error, Infinity)
        return { kind: 'lost' }
      }
    },
  }
}

/** Failures in a row: each is followed by a longer pause, until there were too many or it took too long. */
function outage(clock: Clock, signal: AbortSignal) {
  let since: number | undefined
  let failures = 0
  return {
    over(): void {
      since = undefined
      failures = 0
    },
    async bear(error: unknown, most: number): Promise<void> {
      if (!(error instanceof RepositoryUnreachableError)) throw error
      since ??= clock.now()
      failures += 1
      if (failures >= most || clock.now() - since > patience) throw error
      await clock.sleep(Math.min(30_000, 1000 * 2 ** failures), signal)
    },
  }
}
