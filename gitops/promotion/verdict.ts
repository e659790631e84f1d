import type { GateAnalysis } from '../fleet/index.ts'
import type { Health, Judgement } from './ports.ts'

/** What a look at a cluster's health means for its gate. */
export type HealthVerdict =
  | { kind: 'healthy'; measurable: boolean }
  | { kind: 'bad'; reason: string }
  | { kind: 'again'; reason: string }

/**
 * The health rows of the verdict table. A cluster is bad once it is degraded after it took over this pin, or is not
 * healthy within `timeout` after that (milliseconds), or its Rollout was aborted. Before the sync, while an API is out
 * of reach, and where an analysis inside the cluster was inconclusive or could not measure, there is no verdict.
 */
export function weighHealth(health: Health, at: { syncedAt?: number; now: number; timeout: number }): HealthVerdict {
  const { syncedAt, now, timeout } = at
  switch (health.kind) {
    case 'healthy':
      return { kind: 'healthy', measurable: true }
    case 'scaled-to-zero':
      return { kind: 'healthy', measurable: false }
    case 'aborted':
      return { kind: 'bad', reason: health.reason }
    case 'degraded':
      if (syncedAt === undefined) return { kind: 'again', reason: `${health.reason}; not synced to this pin yet` }
      return { kind: 'bad', reason: health.reason }
    case 'progressing':
      if (syncedAt === undefined || now - syncedAt <= timeout) return { kind: 'again', reason: health.reason }
      return { kind: 'bad', reason: `not healthy in time: ${health.reason}` }
    case 'undecided':
    case 'unknown':
      return { kind: 'again', reason: health.reason }
  }
}

/** What an ended analysis means for its gate; `counts`: it was an attempt. */
export type AnalysisVerdict =
  | { kind: 'passed' }
  | { kind: 'bad'; reason: string }
  | { kind: 'again'; reason: string; counts: boolean }

/**
 * The analysis rows of the verdict table. Only a Successful run that nobody cut short, with a metric that is not a dry
 * run, every such metric complete and finite, on enough requests, passes. Failed is bad; everything else is no verdict.
 */
export function weighAnalysis(judgement: Judgement, { minimumRequests }: GateAnalysis): AnalysisVerdict {
  const { phase, message, terminated, metrics, requests } = judgement
  switch (phase) {
    case 'Failed':
      return { kind: 'bad', reason: `analysis failed: ${message}` }
    case 'Error':
      return { kind: 'again', reason: `analysis could not measure: ${message}`, counts: false }
    case 'Inconclusive':
      return { kind: 'again', reason: `analysis was inconclusive: ${message}`, counts: true }
    case 'Successful':
  }
  if (terminated) return { kind: 'again', reason: 'analysis was terminated', counts: true }
  const counted = metrics.filter(({ dryRun }) => !dryRun)
  if (counted.length === 0) return { kind: 'again', reason: 'every metric of the analysis is a dry run', counts: true }
  const unsound = counted.find(({ complete, finite }) => !complete || !finite)
  if (unsound) {
    const lacks = unsound.complete ? 'measured no finite value' : 'did not reach its count'
    return { kind: 'again', reason: `analysis metric ${unsound.name} ${lacks}`, counts: true }
  }
  if (minimumRequests > 0 && (requests ?? 0) < minimumRequests) {
    const seen = requests === undefined ? 'an unknown number of' : `${Math.floor(requests)}`
    return { kind: 'again', reason: `${seen} requests seen, ${minimumRequests} are needed`, counts: false }
  }
  return { kind: 'passed' }
}
