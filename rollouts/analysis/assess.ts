import type { Limits } from './limits.ts'
import { emptySummary, type MetricState, type RunState, type Summary } from './state.ts'
import { type CompletedPhase, isCompleted, type Phase } from './status.ts'

/** What assessment needs to know of a metric beside its counters. */
export type Assessed = { name: string; dryRun: boolean; limits: Limits }

/** From best to worst; a run is as bad as its worst metric. */
const order: readonly Phase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed']

/** Whether a metric that is not a dry run went wrong: then the next pass measures nothing more (IsTerminating). */
export function isTerminating({ results }: RunState): boolean {
  return [...results.values()].some(({ dryRun, phase }) => !dryRun && isCompleted(phase) && phase !== 'Successful')
}

/**
 * Assesses a run at the end of a pass (`analysis/analysis.go`, assessRunStatus). `terminate` is the request to stop,
 * `now` is in milliseconds. The quirks are the controller's: a metric that fails by not reaching its
 * consecutiveSuccessLimit has no message and counts as successful in the summary.
 */
export function assessRun(
  state: RunState,
  metrics: readonly Assessed[],
  { terminate, now }: { terminate: boolean; now: number },
): RunState {
  const terminating = terminate || isTerminating(state)
  const results = new Map(state.results)
  const summaries = { run: { ...emptySummary }, dryRun: { ...emptySummary } }
  let worst: CompletedPhase | undefined
  let message = terminate ? 'Run Terminated' : ''
  let everythingCompleted = true
  for (const metric of metrics) {
    const summary = metric.dryRun ? summaries.dryRun : summaries.run
    summary.count++
    const before = results.get(metric.name)
    const phase = before && assessMetric(before, metric.limits, terminating)
    if (!before || !phase || !isCompleted(phase)) {
      everythingCompleted = false
      continue
    }
    const breach = breachOf(before, metric.limits)
    const result = before.phase === phase ? before : { ...before, phase, message: lastMessage(before) }
    count(summary, breach?.phase ?? 'Successful')
    if (metric.dryRun) {
      worst ??= 'Successful'
      const dryMessage = breach ? `Metric assessed ${phase} due to ${breach.message}` : result.message
      results.set(metric.name, { ...result, message: dryMessage })
      continue
    }
    results.set(metric.name, result)
    if (worst !== undefined && order.indexOf(phase) <= order.indexOf(worst)) continue
    worst = phase
    if (breach) message = describe(metric.name, phase, breach.message, result.message)
  }
  const assessed = { ...state, results, summaries, startedAt: state.startedAt ?? now }
  const [phase, said] = verdict(worst, message, { terminating, everythingCompleted })
  if (phase === state.phase) return assessed
  return { ...assessed, phase, message: said, ...(isCompleted(phase) && { completedAt: now }) }
}

function verdict(
  worst: CompletedPhase | undefined,
  message: string,
  { terminating, everythingCompleted }: { terminating: boolean; everythingCompleted: boolean },
): [Phase, string] {
  if (terminating) return [worst ?? 'Successful', message]
  return everythingCompleted && worst ? [worst, message] : ['Running', '']
}

function describe(name: string, phase: Phase, reason: string, error: string): string {
  return `Metric "${name}" assessed ${phase} due to ${reason}${error === '' ? '' : `: "Error Message: ${error}"`}`
}

/** Assesses one metric that was measured at least once (assessMetricStatus). A completed phase stays. */
export function assessMetric(metric: MetricState, limits: Limits, terminating: boolean): Phase {
  if (isCompleted(metric.phase)) return metric.phase
  const breach = breachOf(metric, limits)
  if (breach) return breach.phase
  if (limits.consecutiveSuccessApplies && metric.consecutiveSuccess >= limits.consecutiveSuccess) return 'Successful'
  if (limits.count !== undefined && metric.count >= limits.count) {
    if (!limits.consecutiveSuccessApplies) return 'Successful'
    return limits.failureApplies ? 'Inconclusive' : 'Failed'
  }
  return terminating ? 'Successful' : 'Running'
}

type Breach = { phase: Exclude<CompletedPhase, 'Successful'>; message: string }

/** The limit that a metric went beyond; of several, the last one counts (assessMetricFailureInconclusiveOrError). */
function breachOf(metric: MetricState, limits: Limits): Breach | undefined {
  if (metric.consecutiveError > limits.consecutiveError) {
    return {
      phase: 'Error',
      message: `consecutiveErrors (${metric.consecutiveError}) > consecutiveErrorLimit (${limits.consecutiveError})`,
    }
  }
  if (metric.inconclusive > limits.inconclusive) {
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${metric.inconclusive}) > inconclusiveLimit (${limits.inconclusive})`,
    }
  }
  if (limits.failure >= 0 && metric.failed > limits.failure) {
    return { phase: 'Failed', message: `failed (${metric.failed}) > failureLimit (${limits.failure})` }
  }
  return undefined
}

function count(summary: Summary, phase: CompletedPhase): void {
  const counters = { Successful: 'successful', Failed: 'failed', Inconclusive: 'inconclusive', Error: 'error' } as const
  summary[counters[phase]]++
}

function lastMessage({ measurements }: MetricState): string {
  return measurements.at(-1)?.message ?? ''
}
