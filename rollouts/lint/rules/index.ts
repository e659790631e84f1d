import type { Rule } from '../rule.ts'
import { argumentWithoutValue } from './argument-without-value.ts'
import { clusterNotSelected } from './cluster-not-selected.ts'
import { condition } from './condition.ts'
import { conflictingArgument } from './conflicting-argument.ts'
import { constantCondition } from './constant-condition.ts'
import { duplicateMetric } from './duplicate-metric.ts'
import { duration } from './duration.ts'
import { emptyResult } from './empty-result.ts'
import { ignoredArgument } from './ignored-argument.ts'
import { intervalWithoutCount } from './interval-without-count.ts'
import { invalidMetric } from './invalid-metric.ts'
import { limitNotANumber } from './limit-not-a-number.ts'
import { missingTemplate } from './missing-template.ts'
import { noCondition } from './no-condition.ts'
import { overlappingConditions } from './overlapping-conditions.ts'
import { promqlSyntax } from './promql-syntax.ts'
import { promqlType } from './promql-type.ts'
import { quantileWithoutLe } from './quantile-without-le.ts'
import { rangeQuery } from './range-query.ts'
import { rangeTooShort } from './range-too-short.ts'
import { rateOfGauge } from './rate-of-gauge.ts'
import { rateOfSum } from './rate-of-sum.ts'
import { ratioWithoutGuard } from './ratio-without-guard.ts'
import { retention } from './retention.ts'
import { ruleWithoutMetric } from './rule-without-metric.ts'
import { templateCycle } from './template-cycle.ts'
import { unanchoredRule } from './unanchored-rule.ts'
import { undeclaredArgument } from './undeclared-argument.ts'
import { unsupportedCondition } from './unsupported-condition.ts'
import { unusedArgument } from './unused-argument.ts'

/** Every rule. To add one, write its file here and its line below. */
export const rules: readonly Rule[] = [
  promqlSyntax,
  promqlType,
  condition,
  unsupportedCondition,
  emptyResult,
  ratioWithoutGuard,
  constantCondition,
  overlappingConditions,
  ignoredArgument,
  noCondition,
  quantileWithoutLe,
  rateOfSum,
  rateOfGauge,
  rangeTooShort,
  rangeQuery,
  clusterNotSelected,
  duration,
  limitNotANumber,
  intervalWithoutCount,
  invalidMetric,
  undeclaredArgument,
  unusedArgument,
  argumentWithoutValue,
  conflictingArgument,
  duplicateMetric,
  unanchoredRule,
  ruleWithoutMetric,
  retention,
  missingTemplate,
  templateCycle,
]
