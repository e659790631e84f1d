export { type Condition, ConditionError, compileCondition, type MetricResult } from './condition.ts'
export { evaluateTime } from './time.ts'
export { UnsupportedConditionError } from './unsupported.ts'
export { evaluateResult, type Verdict } from './verdict.ts'
