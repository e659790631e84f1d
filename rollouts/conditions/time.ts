import { ConditionError } from './condition-error.ts'
import { timeEnvironment } from './environment.ts'
import { compile } from './program.ts'
import { describeType, Time } from './value.ts'

/**
 * Evaluates the start or end of a range query, such as `now() - duration("5m")`, as the controller does
 * (`utils/evaluate/evaluate.go`, EvalTime): only `isNaN`, `isInf` and the language's builtins are known. `now` is the
 * clock, in milliseconds since the epoch, and so is what it gives. Throws a ConditionError with the controller's
 * message, and an UnsupportedConditionError for what the evaluator lacks.
 */
export function evaluateTime(source: string, now: number): number {
  const value = compile(source, timeEnvironment).run(timeEnvironment, now)
  if (value instanceof Time) return Number(value.ns / 1000n) / 1000
  throw new ConditionError(`expected time.Time, but got ${describeType(value)}`)
}
