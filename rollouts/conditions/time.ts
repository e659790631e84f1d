import { ConditionError } from './condition.ts'

/**
 * Evaluates the start or end of a range query, such as `now() - duration("5m")`, as the controller does
 * (`utils/evaluate/evaluate.go`, EvalTime): only `isNaN`, `isInf` and the language's builtins are known. `now` is the
 * clock, in milliseconds since the epoch, and so is what it gives. Throws a ConditionError with the controller's
 * message, and an UnsupportedConditionError for what the evaluator lacks.
 */
export function evaluateTime(source: string, _now: number): number {
  throw new ConditionError(`not evaluated yet: ${source}`)
}
