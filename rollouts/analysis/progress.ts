import { assessMetric } from './assess.ts'
import { type Counts, countsOf } from './outcome.ts'
import type { PlannedMetric } from './plan.ts'
import { nextPass } from './schedule.ts'
import type { RunState } from './state.ts'
import type { Phase } from './status.ts'

/** How far one metric is after a measurement, judged by itself: the run may stop it before its end. */
export type MetricProgress = {
  phase: Phase
  counts: Counts
  /** When it is measured next, in milliseconds since the epoch; undefined when it is done. */
  next: number | undefined
}

/** Looks at one metric in a state that holds its newest measurement. */
export function progressOf(metric: PlannedMetric, state: RunState): MetricProgress {
  const result = state.results.get(metric.name)
  const last = result?.measurements.at(-1)
  if (!result || !last) return { phase: 'Pending', counts: countsOf(result), next: undefined }
  const phase = assessMetric(result, metric.limits, false)
  const assessed = { ...state, results: new Map([[metric.name, { ...result, phase }]]) }
  return { phase, counts: countsOf(result), next: nextPass(assessed, [metric], last.finishedAt) }
}
