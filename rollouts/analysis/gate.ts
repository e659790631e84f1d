import { ConditionError, evaluateTime } from '../conditions/index.ts'
import { ArgumentError, resolveMetric, withoutSecrets } from './arguments.ts'
import type { AnalysisRunSpec, AnalysisTemplateSpec, Metric } from './spec.ts'

/**
 * The longest time that the queries of a spec look back, in milliseconds: how long after a change they still see what
 * was before it. Arguments count with their values; a range query counts from its start.
 */
export async function longestRange(spec: AnalysisRunSpec): Promise<number> {
  const { lookback } = await import('../promql/index.ts') // the grammar takes its time to load
  return Math.max(0, ...spec.metrics.map(metric => rangeOf(resolved(metric, spec), lookback)))
}

/**
 * The metrics, by their index, whose query reads series of other clusters too, so that those hide what this cluster's
 * series tell: each selector must name `{{args.cluster}}`, or what it is compared with. A query that arguments make as a
 * whole, or that cannot be parsed, is among them.
 */
export async function metricsIgnoringCluster({ metrics = [], args = [] }: AnalysisTemplateSpec): Promise<number[]> {
  const { isConfinedToCluster } = await import('../promql/index.ts')
  const known = new Map(args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
  return metrics.flatMap(({ provider }, index) => {
    const query = provider.prometheus?.query
    return query === undefined || isConfinedToCluster(query, known) ? [] : [index]
  })
}

function rangeOf({ provider }: Metric, lookback: (query: string) => number): number {
  const { query = '', rangeQuery } = provider.prometheus ?? {}
  return lookback(query) + (rangeQuery ? sinceStart(rangeQuery.start ?? '') : 0)
}

function sinceStart(source: string): number {
  const now = Date.UTC(2020, 0, 1) // any time will do: only the distance counts
  try {
    return Math.max(now - evaluateTime(source, now), 0)
  } catch (error) {
    if (error instanceof ConditionError) return 0 // the measurement will say what is wrong
    throw error
  }
}

/** An argument that is missing is told when the analysis runs. */
function resolved(metric: Metric, { args = [] }: AnalysisRunSpec): Metric {
  try {
    return resolveMetric(metric, withoutSecrets(args))
  } catch (error) {
    if (error instanceof ArgumentError) return metric
    throw error
  }
}
