import { promote as carry, type Outcome } from '../../gitops/promotion/index.ts'
import { openObserver } from './observer.ts'
import type { ObserverChoice } from './observer-request.ts'
import { clientPerUrl, type PromoteHost, poll } from './promote.ts'

/** The outside world as watching a rollback touches it. */
export type WatchHost = Pick<PromoteHost, 'repository' | 'clock' | 'log' | 'fetch' | 'signal' | 'kubernetes' | 'run'>

/**
 * Watches an app's rollback as `promote` does, until what was restored is healthy or `healthy.timeout` has passed, and
 * records which. Admits and promotes nothing. Throws as `promote` does; the next run goes on.
 */
export async function watchRollback(app: string, observer: ObserverChoice, host: WatchHost): Promise<Outcome> {
  const { repository, clock, log, signal, run } = host
  const prometheusOf = clientPerUrl(host)
  return carry(
    { app, run, signal, poll, watchOnly: true },
    {
      repository,
      observer: await openObserver(observer, { ...host, prometheusOf }),
      judge: { judge: () => Promise.reject(new Error('a rollback is watched, and analyses nothing')) },
      ancestry: { compare: async () => 'unknown' },
      clock,
      log,
    },
  )
}
