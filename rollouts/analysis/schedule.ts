import type { Limits } from './limits.ts'
import type { MeasurementState, RunState } from './state.ts'
import { isCompleted } from './status.ts'

/** When a metric is measured. Times are milliseconds. */
export type Scheduled = { name: string; limits: Limits; interval: number | undefined; initialDelay: number | undefined }

/** After an error the next try comes this much later, whatever the interval. */
export const errorRetry = 10_000

/**
 * The metrics to measure now (`analysis/analysis.go`, generateMetricTasks). Kubernetes keeps times in whole seconds, and
 * the controller reads them back: metrics measured in one pass stay in step even if one answered later. Here they do so
 * too.
 */
export function dueMetrics<Metric extends Scheduled>(
  state: RunState,
  metrics: readonly Metric[],
  now: number,
): Metric[] {
  return metrics.filter(metric => {
    const next = nextTime(state, metric, wholeSeconds)
    if (next === undefined) return false
    return next.kind === 'delayed' ? now >= next.time : now > next.time
  })
}

/** The earliest time at which a metric may be due (calculateNextReconcileTime); undefined when none will ever be. */
export function nextPass(state: RunState, metrics: readonly Scheduled[], now: number): number | undefined {
  const times = metrics.flatMap(metric => {
    const next = nextTime(state, metric, time => time)
    // A pass is due strictly after the interval; the clock counts milliseconds.
    return next === undefined ? [] : [next.kind === 'delayed' ? next.time : next.time + 1]
  })
  return times.length === 0 ? undefined : Math.max(Math.min(...times), now + 1)
}

type Next = { kind: 'first' | 'delayed' | 'again'; time: number }

function nextTime(state: RunState, metric: Scheduled, kept: (time: number) => number): Next | undefined {
  const result = state.results.get(metric.name)
  if (result && isCompleted(result.phase)) return undefined
  const last = result?.measurements.at(-1)
  if (!result || !last) {
    if (metric.initialDelay === undefined) return { kind: 'first', time: Number.NEGATIVE_INFINITY }
    if (state.startedAt === undefined) return undefined
    return { kind: 'delayed', time: kept(state.startedAt) + metric.initialDelay }
  }
  if (metric.limits.count !== undefined && result.count >= metric.limits.count) return undefined
  return { kind: 'again', time: kept(last.finishedAt) + waitAfter(last, metric.interval) }
}

function waitAfter(last: MeasurementState, interval: number | undefined): number {
  return last.phase === 'Error' ? errorRetry : (interval ?? errorRetry)
}

function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}
