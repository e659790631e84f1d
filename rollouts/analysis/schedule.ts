import type { Limits } from './limits.ts'
import type { MeasurementState, RunState } from './state.ts'
import { isCompleted } from './status.ts'

/** When a metric is measured. Times are milliseconds. */
export type Scheduled = { name: string; limits: Limits; interval: number | undefined; initialDelay: number | undefined }

/** After an error the next try comes this much later, whatever the interval. */
export const errorRetry = 10_000

/**
 * How soon a pass follows another, in milliseconds: the controller hears of its own change of the status, and looks at
 * the run again.
 */
export const tick = 10

/** The metrics to measure now (`analysis/analysis.go`, generateMetricTasks). */
export function dueMetrics<Metric extends Scheduled>(
  state: RunState,
  metrics: readonly Metric[],
  now: number,
): Metric[] {
  return metrics.filter(metric => {
    const next = nextTime(state, metric)
    if (next === undefined) return false
    return next.kind === 'delayed' ? now >= next.time : now > next.time
  })
}

/**
 * When the pass comes that may measure something (calculateNextReconcileTime); undefined when none will. A metric is due
 * strictly after its interval, so a pass at the very end of it comes a tick too early.
 */
export function nextPass(state: RunState, metrics: readonly Scheduled[], now: number): number | undefined {
  const times = metrics.flatMap(metric => {
    const next = nextTime(state, metric)
    if (next === undefined) return []
    if (next.time < now + tick) return [now + tick]
    return [next.kind === 'delayed' ? next.time : next.time + tick]
  })
  return times.length === 0 ? undefined : Math.min(...times)
}

type Next = { kind: 'first' | 'delayed' | 'again'; time: number }

function nextTime(state: RunState, metric: Scheduled): Next | undefined {
  const result = state.results.get(metric.name)
  if (result && isCompleted(result.phase)) return undefined
  const last = result?.measurements.at(-1)
  if (!result || !last) {
    if (metric.initialDelay === undefined) return { kind: 'first', time: Number.NEGATIVE_INFINITY }
    if (state.startedAt === undefined) return undefined
    return { kind: 'delayed', time: wholeSeconds(state.startedAt) + metric.initialDelay }
  }
  if (metric.limits.count !== undefined && result.count >= metric.limits.count) return undefined
  return { kind: 'again', time: wholeSeconds(last.finishedAt) + waitAfter(last, metric.interval) }
}

function waitAfter(last: MeasurementState, interval: number | undefined): number {
  return last.phase === 'Error' ? errorRetry : (interval ?? errorRetry)
}

/**
 * Kubernetes keeps times in whole seconds, and the controller reads them back: metrics measured in one pass stay in step
 * even if one answered later, and an interval is up to a second shorter than it says.
 */
function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}
