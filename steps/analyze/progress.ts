import { formatDuration } from '../../configuration/index.ts'
import type { Log } from '../../host/index.ts'
import type { MetricProgress, Observation, PlannedMetric } from '../../rollouts/analysis/index.ts'
import { limitUse } from './limits.ts'

/** What is told of a metric while it is measured: nothing that could hold a secret. */
export type WatchedMetric = Pick<PlannedMetric, 'name' | 'dryRun' | 'limits'> & { initialDelay?: number | undefined }

/** Is told how a run goes on, for example to draw it. */
export type Watcher = {
  /** Before the first measurement; not when the spec is refused. */
  started(metrics: readonly WatchedMetric[]): void
  measured(metric: WatchedMetric, observation: Observation, progress: MetricProgress): void
}

/** Says a measurement in one line: what it gave, how far the metric is, what is used of its limits, when it goes on. */
export function sayMeasurement(
  log: Log,
  metric: WatchedMetric,
  observation: Observation,
  progress: MetricProgress,
): void {
  const { name, dryRun } = metric
  const { phase, value, message, warnings, cure } = observation
  const what = shorten(phase === 'Error' ? message : value)
  const parts = [counted(metric, progress), ...used(metric, progress), next(observation, progress)]
  log.info(`${name}${dryRun ? ' (dry run)' : ''}: ${phase} ${what} (${parts.join(', ')})`)
  for (const warning of warnings) log.warning(`${name}: Prometheus warns: ${warning}`)
  if (cure !== undefined) log.debug(`${name}: ${cure}`)
}

function counted({ limits: { count } }: WatchedMetric, { counts }: MetricProgress): string {
  return count === undefined ? `${counts.count} so far` : `${counts.count} of ${count}`
}

/** Only what is used: most limits of most metrics are not. */
function used({ limits }: WatchedMetric, { counts }: MetricProgress): string[] {
  return limitUse(limits, counts)
    .filter(limit => limit.name !== 'count' && limit.used > 0)
    .map(limit => `${limit.name} ${limit.used} of ${limit.limit}`)
}

function next({ finishedAt }: Observation, { phase, next }: MetricProgress): string {
  // The next pass is due one millisecond after the interval.
  return next === undefined ? `ends ${phase}` : `next in ${formatDuration(Math.max(next - finishedAt - 1, 0))}`
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
