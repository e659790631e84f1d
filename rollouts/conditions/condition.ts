import { type Clock, systemClock } from '../../host/index.ts'
import { ConditionError } from './condition-error.ts'
import { conditionEnvironment } from './environment.ts'
import { compile, type Program } from './program.ts'
import { describeType } from './value.ts'

/** What a metric provider measured: Prometheus gives a scalar (float64) or a flat list of floats ([]float64). */
export type MetricResult = { kind: 'scalar'; value: number } | { kind: 'vector'; values: readonly number[] }

/** A condition ready to be evaluated against one measurement after another. */
export interface Condition {
  /** The expression as it stands in the template. */
  readonly source: string
  /** Gives the truth of the condition for one result. Throws a ConditionError with the controller's message. */
  evaluate(result: MetricResult): boolean
  /** The error that every evaluation for such a result ends in, as the condition does not compile for its type. */
  fault(kind: MetricResult['kind']): string | undefined
}

/**
 * Compiles a successCondition or failureCondition. Throws an UnsupportedConditionError, which names the feature, for
 * what the evaluator does not support; syntax and type errors of the language itself are reported when the condition
 * is evaluated, as the controller does (`utils/evaluate/evaluate.go`, EvalCondition). `clock` is what now() tells.
 */
export function compileCondition(source: string, clock: Pick<Clock, 'now'> = systemClock): Condition {
  const programs: Record<MetricResult['kind'], Prepared> = {
    scalar: prepare(source, { kind: 'scalar', value: 0 }),
    vector: prepare(source, { kind: 'vector', values: [] }),
  }
  return {
    source,
    evaluate(result) {
      const value = programs[result.kind].run(conditionEnvironment(result), clock.now())
      if (typeof value === 'boolean') return value
      throw new ConditionError(`expected bool, but got ${describeType(value)}`)
    },
    fault: kind => programs[kind].fault,
  }
}

type Prepared = Program & { fault?: string }

/** Types differ between a scalar and a vector, so each has its own program; a fault is kept until it is asked for. */
function prepare(source: string, example: MetricResult): Prepared {
  try {
    return compile(source, conditionEnvironment(example))
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    return {
      fault: error.message,
      run() {
        throw new ConditionError(error.message, { cause: error })
      },
    }
  }
}
