import type { Prometheus } from './client.ts'
import { PrometheusError } from './error.ts'
import type { Labels, Series } from './response.ts'

export type IncreaseOptions = {
  /** Milliseconds since the epoch. */
  start: number
  end: number
  /** How long before the start a series' last value is still its value at the start; 1 h when left out. */
  before?: number
  signal?: AbortSignal
}

/**
 * Counts by how much the counters that `selector` selects grew between two times, all series together.
 *
 * PromQL's `increase()` extrapolates to the edges of its range and loses a series' first value, which is wrong for few
 * and whole things. Here raw samples are added up: from the last value at or before the start, each growth counts, and
 * after a reset (a smaller value) the value itself does. A series without a value in the time before the start was
 * born during the run, and counts from 0: its first request often makes the series, and a new replica brings all of
 * its series with it. What happened after the last scrape is not counted, so the result is rather too small. It is
 * too large only for an old process whose series nobody scraped during `before`.
 */
export async function countIncrease(
  prometheus: Prometheus,
  selector: string,
  { start, end, before = 3_600_000, signal }: IncreaseOptions,
): Promise<number> {
  if (!(end > start)) return 0
  const options = signal ? { signal } : {}
  const [atStart, during] = await Promise.all([
    prometheus.samples(`last_over_time(${selector}[${Math.round(before)}ms])`, start, options),
    prometheus.query(`${selector}[${Math.round(end - start)}ms]`, end, options),
  ])
  if (during.kind !== 'matrix') throw new PrometheusError('response', `the query gave a ${during.kind}, not a matrix`)
  const baselines = new Map(atStart.map(({ metric, value }) => [keyOf(metric), value]))
  return during.series.reduce((total, series) => total + growth(series, baselines.get(keyOf(series.metric)) ?? 0), 0)
}

function growth({ samples }: Series, baseline: number): number {
  let total = 0
  let last = baseline
  for (const { value } of samples) {
    if (!Number.isFinite(value)) continue
    total += value >= last ? value - last : value
    last = value
  }
  return total
}

function keyOf(metric: Labels): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)))
}
