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
    const pattern = goRegExp(rule.metricName)
    const matched = names.filter(name => pattern?.test(name))
    if (matched.length === 0) throw new SpecError(`${kind}[${index}]: Rule didn't match any metric name(s)`)
    return matched.map(name => ({ name, rule }))
  })
}

/**
 * A Go regular expression (RE2) in JavaScript; undefined when Go would refuse it, which the controller takes for "no
 * match". Rules are unanchored, and `*` alone is refused, although the API's documentation calls it a wildcard.
 */
function goRegExp(source: string): RegExp | undefined {
  const [flagged = '', flags = ''] = /^\(\?([ims]+)\)/.exec(source) ?? []
  const body = source.slice(flagged.length)
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(body)) return undefined // lookaround and references: not in RE2
  const translated = body
    .replaceAll('(?P<', '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(
      /\[:(\^?)(\w+):\]/g,
      (whole, not: string, name: string) => (not === '' ? classes.get(name) : undefined) ?? whole,
    )
  try {
    return new RegExp(translated, flags)
  } catch {
    return undefined
  }
}

const classes = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['digit', '0-9'],
  ['lower', 'a-z'],
  ['upper', 'A-Z'],
  ['word', '0-9A-Za-z_'],
  ['xdigit', '0-9A-Fa-f'],
  ['space', '\\t\\n\\v\\f\\r '],
  ['punct', '!-\\/:-@\\[-`{-~'],
])
