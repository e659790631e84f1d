import { ruleMatcher } from '../../analysis/index.ts'
import type { Rule } from '../rule.ts'
import { metricsOf } from '../template-subject.ts'
import { metricRules } from './metric-rules.ts'

export const ruleWithoutMetric: Rule = {
  id: 'rule-without-metric',
  severity: 'error',
  scope: 'template',
  about:
    'A `dryRun` or `measurementRetention` rule that matches no metric, or is no pattern, as `*`: the run ends in Error',
  *check(template) {
    const names = metricsOf(template.together).map(({ name }) => name)
    for (const { list, pattern, path } of metricRules(template)) {
      const matches = ruleMatcher(pattern)
      // What an argument makes of a name is known when it runs.
      if (matches && names.some(name => name.includes('{{') || matches(name))) continue
      yield {
        path,
        problem: matches
          ? `${list} ${JSON.stringify(pattern)} matches no metric: the run ends in Error`
          : `${list} ${JSON.stringify(pattern)} is no regular expression, and matches no metric: the run ends in Error`,
        cure: pattern === '*' ? 'Write .* for all metrics' : `Known are: ${names.join(', ') || 'none'}`,
      }
    }
  },
}
