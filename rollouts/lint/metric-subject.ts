import type { Metric } from '../analysis/index.ts'
import { evaluateResult, type Verdict } from '../conditions/index.ts'
import { piecesOf } from '../promql/index.ts'
import { type ConditionSubject, conditionSubject, type ResultKind } from './condition-subject.ts'
import { type QuerySubject, querySubject } from './query-subject.ts'
import { tryOn } from './trial.ts'

export type ConditionName = 'successCondition' | 'failureCondition'

export const conditionNames = ['successCondition', 'failureCondition'] as const

/** One metric of a template, read as far as it can be before it runs. */
export type MetricSubject = {
  metric: Metric
  /** The names of the arguments that the template declares. */
  declared: ReadonlySet<string>
  /** How often targets are scraped, in milliseconds. */
  scrapeInterval: number
  /** Undefined when another provider measures. */
  query: QuerySubject | undefined
  /** What its conditions are given: both kinds when that is up to an argument, none when another provider measures. */
  kinds: readonly ResultKind[]
  conditions: Partial<Record<ConditionName, ConditionSubject>>
  /** A text of the metric with its arguments filled in; undefined when one has no value. */
  known(text: string): string | undefined
  /** What the conditions make of a result; undefined when that cannot be told, as there is none or one is wrong. */
  judge(values: readonly number[]): Verdict | undefined
}

export type MetricOptions = {
  values: ReadonlyMap<string, string>
  declared: ReadonlySet<string>
  scrapeInterval: number
}

/** Reads a metric with the arguments that are known. */
export function metricSubject(metric: Metric, options: MetricOptions): MetricSubject {
  const { values } = options
  const { prometheus } = metric.provider
  const query = prometheus && querySubject(prometheus.query ?? '', values)
  const kinds = prometheus ? kindsOf(query, prometheus.rangeQuery !== undefined) : []
  const conditions: MetricSubject['conditions'] = {}
  for (const name of conditionNames) {
    const source = metric[name]
    // Other providers give what this evaluator has no type for.
    if (source && kinds.length > 0) conditions[name] = conditionSubject(source, values, kinds)
  }
  return {
    ...{ metric, query, kinds, conditions },
    declared: options.declared,
    scrapeInterval: options.scrapeInterval,
    known(text) {
      const pieces = piecesOf(text, values)
      return pieces.some(({ kind }) => kind === 'open') ? undefined : pieces.map(piece => piece.text).join('')
    },
    judge: given => judge(conditions, kinds, given),
  }
}

/** A range query gives a matrix, whatever its expression; a scalar alone is one number. */
function kindsOf(query: QuerySubject | undefined, range: boolean): readonly ResultKind[] {
  if (range) return ['vector']
  if (query?.kind === 'read' && query.type !== undefined && query.typeFaults.length === 0) {
    return query.type === 'scalar' ? ['scalar'] : ['vector']
  }
  return ['vector', 'scalar']
}

function judge(
  { successCondition, failureCondition }: MetricSubject['conditions'],
  kinds: readonly ResultKind[],
  values: readonly number[],
): Verdict | undefined {
  const [success, failure] = [successCondition, failureCondition]
  if ((success && success.kind !== 'read') || (failure && failure.kind !== 'read') || (!success && !failure))
    return undefined
  return tryOn(kinds, values, result => evaluateResult(result, success?.condition, failure?.condition))
}
