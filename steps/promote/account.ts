import type { Place } from '../../configuration/index.ts'
import { type AnalysisOutcome, placeOfMetric, type TemplateLibrary } from '../../rollouts/analysis/index.ts'
import { explainMetric, explainRun } from '../analyze/index.ts'

export type MetricAccount = {
  name: string
  phase: string
  dryRun: boolean
  /** One sentence, or two: why it ended as it did. */
  explanation: string
  /** Where it stands in its AnalysisTemplate; the file is named from the GitOps root. */
  place?: Place
}

/** What a person wants to know of an analysis that ended. */
export type AnalysisAccount = {
  sentence: string
  metrics: readonly MetricAccount[]
  /** Milliseconds since the epoch. */
  startedAt: number
  finishedAt: number
}

/** Explains an analysis; `names` are the templates that were played, which say where a metric is from. */
export function accountOf(
  outcome: AnalysisOutcome,
  library: TemplateLibrary,
  names: readonly string[],
): AnalysisAccount {
  const played = { ...library, templates: library.templates.filter(({ name }) => names.includes(name)) }
  const { startedAt, finishedAt, metrics } = outcome
  return {
    sentence: explainRun(outcome),
    metrics: metrics.map(metric => {
      const place = placeOfMetric(played, metric.name) ?? placeOfMetric(library, metric.name)
      const { name, phase, dryRun } = metric
      return { name, phase, dryRun, explanation: explainMetric(metric), ...(place && { place }) }
    }),
    startedAt,
    finishedAt,
  }
}
