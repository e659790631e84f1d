import type { Limits } from './limits.ts'
import type { PlannedMetric } from './plan.ts'
import type { Observation } from './run.ts'
import type { MetricState } from './state.ts'
import type { Phase } from './status.ts'

export type Counts = Pick<
  MetricState,
  'count' | 'successful' | 'failed' | 'inconclusive' | 'error' | 'consecutiveError' | 'consecutiveSuccess'
>

/** What became of one metric: more than the status says, for the gate and for people. No secret is in it. */
export type MetricOutcome = {
  name: string
  dryRun: boolean
  /** Pending when it was never measured. */
  phase: Phase
  message: string
  query: string
  successCondition: string | undefined
  failureCondition: string | undefined
  limits: Limits
  counts: Counts
  /** Whether it was measured to its own end: its count, or its consecutiveSuccessLimit. Never so without either. */
  reachedEnd: boolean
  /** Whether every value of every measurement was a finite number; a measurement without values does not spoil it. */
  finite: boolean
  /** Every measurement that was taken, the ones the status no longer keeps included. */
  history: readonly Observation[]
}

export function metricOutcome(
  metric: PlannedMetric,
  state: MetricState | undefined,
  history: readonly Observation[],
  redact: (text: string) => string,
): MetricOutcome {
  const { limits } = metric
  return {
    name: metric.name,
    dryRun: metric.dryRun,
    phase: state?.phase ?? 'Pending',
    message: state?.message ?? '',
    query: redact(metric.prometheus.query ?? ''),
    successCondition: metric.successCondition && redact(metric.successCondition.source),
    failureCondition: metric.failureCondition && redact(metric.failureCondition.source),
    limits,
    counts: countsOf(state),
    reachedEnd: state !== undefined && reachedEnd(countsOf(state), limits),
    finite: history.every(({ values }) => values.every(Number.isFinite)),
    history,
  }
}

/** A metric's counters, all 0 before its first measurement. */
export function countsOf(state: Partial<Counts> | undefined): Counts {
  return {
    count: state?.count ?? 0,
    successful: state?.successful ?? 0,
    failed: state?.failed ?? 0,
    inconclusive: state?.inconclusive ?? 0,
    error: state?.error ?? 0,
    consecutiveError: state?.consecutiveError ?? 0,
    consecutiveSuccess: state?.consecutiveSuccess ?? 0,
  }
}

/** Whether a metric came to its own end: see `reachedEnd` of its outcome. */
export function reachedEnd({ count, consecutiveSuccess }: Counts, limits: Limits): boolean {
  if (limits.consecutiveSuccessApplies && consecutiveSuccess >= limits.consecutiveSuccess) return true
  return limits.count !== undefined && count >= limits.count
}
