import { ConfigurationError } from '../../configuration/index.ts'
import { compileGoRegexp, RegexpSyntaxError, UnsupportedConditionError } from '../conditions/index.ts'
import type { DryRun, MeasurementRetention } from './spec.ts'
import { SpecError } from './validate.ts'

/** The names of the metrics that run dry (`utils/analysis/helpers.go`, GetDryRunMetrics). Throws a SpecError. */
export function dryRunMetrics(rules: readonly DryRun[], names: readonly string[]): ReadonlySet<string> {
  return new Set(matchRules('dryRun', rules, names).map(({ name }) => name))
}

const defaultRetention = 10

/** How many measurements each metric keeps (GetMeasurementRetentionMetrics); the last rule that matches wins. */
export function retainedMeasurements(
  rules: readonly MeasurementRetention[],
  names: readonly string[],
): (name: string) => number {
  const limits = new Map(matchRules('measurementRetention', rules, names).map(({ name, rule }) => [name, rule.limit]))
  return name => {
    const limit = limits.get(name) ?? 0
    return limit > 0 ? limit : defaultRetention
  }
}

function matchRules<Rule extends { metricName: string }>(
  kind: string,
  rules: readonly Rule[],
  names: readonly string[],
): { name: string; rule: Rule }[] {
  return rules.flatMap((rule, index) => {
    const matches = ruleMatcher(rule.metricName)
    const matched = names.filter(name => matches?.(name))
    if (matched.length === 0) throw new SpecError(`${kind}[${index}]: Rule didn't match any metric name(s)`)
    return matched.map(name => ({ name, rule }))
  })
}

/**
 * Whether a rule's pattern is found in a name; undefined when Go would refuse it, which the controller takes for "no
 * match". Rules are unanchored, and `*` alone is refused, although the API's documentation calls it a wildcard. Throws a
 * ConfigurationError for a pattern that is too large to be judged.
 */
export function ruleMatcher(pattern: string): ((name: string) => boolean) | undefined {
  const judged = <T>(judge: () => T): T => {
    try {
      return judge()
    } catch (cause) {
      if (!(cause instanceof UnsupportedConditionError)) throw cause
      throw new ConfigurationError({
        problem: `a rule for metrics uses ${cause.feature}, which is not supported here`,
        value: pattern,
        cure: 'Write a shorter pattern',
        cause,
      })
    }
  }
  try {
    const matches = judged(() => compileGoRegexp(pattern))
    return name => judged(() => matches(name))
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return undefined
    throw error
  }
}
