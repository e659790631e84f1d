import { ConditionError, type MetricResult, UnsupportedConditionError } from '../conditions/index.ts'
import type { ResultKind } from './condition-subject.ts'

/**
 * What `evaluate` makes of a result with these values, of the kind that the query gives; undefined when a condition
 * cannot be evaluated on it, which other rules tell of.
 */
export function tryOn<T>(
  kinds: readonly ResultKind[],
  values: readonly number[],
  evaluate: (result: MetricResult) => T,
): T | undefined {
  const [value] = values
  try {
    return evaluate(
      kinds[0] === 'scalar' && value !== undefined ? { kind: 'scalar', value } : { kind: 'vector', values },
    )
  } catch (error) {
    if (error instanceof ConditionError || error instanceof UnsupportedConditionError) return undefined
    throw error
  }
}
