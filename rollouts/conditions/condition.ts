/** What a metric provider measured: Prometheus gives a scalar (float64) or a flat list of floats ([]float64). */
export type MetricResult = { kind: 'scalar'; value: number } | { kind: 'vector'; values: readonly number[] }

/** The controller's own words for why an expression has no value, without the wrapper that names the condition. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError'
}

/** A condition ready to be evaluated against one measurement after another. */
export interface Condition {
  /** The expression as it stands in the template. */
  readonly source: string
  /** Gives the truth of the condition for one result. Throws a ConditionError with the controller's message. */
  evaluate(result: MetricResult): boolean
}

/**
 * Compiles a successCondition or failureCondition. Throws an UnsupportedConditionError, which names the feature, for
 * what the evaluator does not support; syntax and type errors of the language itself are reported when the condition
 * is evaluated, as the controller does (`utils/evaluate/evaluate.go`, EvalCondition).
 */
export function compileCondition(source: string): Condition {
  return {
    source,
    evaluate() {
      throw new ConditionError(`not evaluated yet: ${source}`)
    },
  }
}
