import type { Condition, MetricResult } from './condition.ts'
import { ConditionError } from './condition-error.ts'

/** What one measurement amounts to; an Error says why in the controller's words. */
export type Verdict = { phase: 'Successful' | 'Failed' | 'Inconclusive' } | { phase: 'Error'; message: string }

/**
 * Judges one measurement as the controller does (`utils/evaluate/evaluate.go`, EvaluateResult). Without conditions it
 * is Successful, one condition decides by itself, both true is Failed and both false Inconclusive. The success
 * condition is evaluated first, and the first error is the verdict.
 */
export function evaluateResult(
  result: MetricResult,
  successCondition?: Condition,
  failureCondition?: Condition,
): Verdict {
  const succeeds = evaluate('successCondition', successCondition, result)
  if (typeof succeeds === 'string') return { phase: 'Error', message: succeeds }
  const fails = evaluate('failureCondition', failureCondition, result)
  if (typeof fails === 'string') return { phase: 'Error', message: fails }
  if (fails ?? succeeds === false) return { phase: 'Failed' }
  return { phase: (succeeds ?? true) ? 'Successful' : 'Inconclusive' }
}

/** Undefined without a condition, the message of the error as a string. */
function evaluate(
  name: 'successCondition' | 'failureCondition',
  condition: Condition | undefined,
  result: MetricResult,
): boolean | string | undefined {
  if (condition === undefined) return undefined
  try {
    return condition.evaluate(result)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    const reason = isEmpty(result)
      ? 'metric result is nil or empty: no data returned from the metric provider'
      : error.message
    return `could not evaluate ${name} "${condition.source}": ${reason}`
  }
}

/** The controller hides every reason behind "no data" when there was none (formatEvalError). */
function isEmpty(result: MetricResult): boolean {
  return result.kind === 'vector' && result.values.length === 0
}
