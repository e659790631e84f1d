import { ArgumentError, resolveMetric } from './arguments.ts'
import { parseGoDuration } from './go-duration.ts'
import { limitsOf } from './limits.ts'
import { countsOf, type MetricOutcome, reachedEnd } from './outcome.ts'
import type { PlannedMetric } from './plan.ts'
import type { MetricProgress } from './progress.ts'
import { dryRunMetrics } from './rules.ts'
import type { Observation } from './run.ts'
import { errorRetry } from './schedule.ts'
import type { AnalysisRunSpec, Argument } from './spec.ts'
import { isCompleted, type MetricResult } from './status.ts'
import { providersOf, SpecError, validateMetrics } from './validate.ts'

/** A metric that a controller measures, of any provider, as its spec describes it. */
export type DescribedMetric = Pick<PlannedMetric, 'name' | 'dryRun' | 'limits' | 'interval'> & {
  /** With its arguments filled in, secrets hidden; what measures it, where that is not Prometheus. */
  query: string
  successCondition: string | undefined
  failureCondition: string | undefined
  /** Whether a secret is filled in anywhere: what the controller writes of the query then shows it. */
  holdsSecret: boolean
}

/**
 * Reads from a spec what a run's status does not say, for a run that a controller plays. Gives nothing for a spec that
 * the controller refuses: its status says why.
 */
export function describeMetrics(spec: AnalysisRunSpec): DescribedMetric[] {
  try {
    const metrics = spec.metrics.map(metric => resolveMetric(metric, (spec.args ?? []).map(hidden)))
    validateMetrics(metrics)
    const names = metrics.map(({ name }) => name)
    const dryRun = dryRunMetrics(spec.dryRun ?? [], names)
    const secrets = (spec.args ?? []).filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => name)
    return metrics.map((metric, index) => ({
      name: metric.name,
      dryRun: dryRun.has(metric.name),
      limits: limitsOf(metric),
      interval: metric.interval ? parseGoDuration(metric.interval) : undefined,
      query: metric.provider.prometheus?.query ?? providersOf(metric.provider).join(', '),
      successCondition: metric.successCondition || undefined,
      failureCondition: metric.failureCondition || undefined,
      holdsSecret: mentions(JSON.stringify(spec.metrics[index]), secrets),
    }))
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof SpecError) return []
    throw error
  }
}

/** What became of a metric, by the status that a controller wrote and the measurements that were seen. */
export function recordedOutcome(
  metric: DescribedMetric,
  result: MetricResult | undefined,
  history: readonly Observation[],
): MetricOutcome {
  const { name, dryRun, limits, query, successCondition, failureCondition } = metric
  const counts = countsOf(result)
  return {
    ...{ name, dryRun, limits, query, successCondition, failureCondition, counts, history },
    phase: result?.phase ?? 'Pending',
    message: result?.message ?? '',
    reachedEnd: result !== undefined && reachedEnd(counts, limits),
    finite: history.every(({ values }) => values.every(Number.isFinite)),
  }
}

/** How far a metric is after a measurement, by what the controller wrote of it. */
export function recordedProgress(
  { interval = errorRetry }: DescribedMetric,
  result: MetricResult,
  { phase, finishedAt }: Observation,
): MetricProgress {
  const next = isCompleted(result.phase) ? undefined : finishedAt + (phase === 'Error' ? errorRetry : interval) + 1
  return { phase: result.phase, counts: countsOf(result), next }
}

function hidden(arg: Argument): Argument {
  return arg.valueFrom?.secretKeyRef ? { name: arg.name, value: '*****' } : arg
}

function mentions(json: string | undefined, args: readonly string[]): boolean {
  const tags = [...(json ?? '').matchAll(/\{\{(.*?)\}\}/g)].map(([, tag = '']) => tag.trim())
  return args.some(name => tags.includes(`args.${name}`))
}
