import type { Counts, Limits } from '../../rollouts/analysis/index.ts'
import type { LimitReport } from './report-schema.ts'

/** What ends a metric, and how much of it is used; limits that do not apply are left out. */
export function limitUse(limits: Limits, counts: Counts): LimitReport[] {
  return [
    ...(limits.count === undefined ? [] : [{ name: 'count' as const, limit: limits.count, used: counts.count }]),
    ...(limits.failureApplies ? [{ name: 'failureLimit' as const, limit: limits.failure, used: counts.failed }] : []),
    { name: 'inconclusiveLimit', limit: limits.inconclusive, used: counts.inconclusive },
    { name: 'consecutiveErrorLimit', limit: limits.consecutiveError, used: counts.consecutiveError },
    ...(limits.consecutiveSuccessApplies
      ? [
          {
            name: 'consecutiveSuccessLimit' as const,
            limit: limits.consecutiveSuccess,
            used: counts.consecutiveSuccess,
          },
        ]
      : []),
  ]
}
