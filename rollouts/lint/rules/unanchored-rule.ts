import { ruleMatcher } from '../../analysis/index.ts'
import type { Rule } from '../rule.ts'
import { metricsOf } from '../template-subject.ts'
import { metricRules } from './metric-rules.ts'

export const unanchoredRule: Rule = {
  id: 'unanchored-rule',
  severity: 'warning',
  scope: 'template',
  about:
    'A `dryRun` or `measurementRetention` rule that is written as a name and, as an unanchored pattern, takes other metrics too',
  *check(template) {
    const names = metricsOf(template.together).map(({ name }) => name)
    for (const { list, pattern, path } of metricRules(template)) {
      if (!/^[\w. -]+$/.test(pattern) || names.some(name => name.includes('{{'))) continue
      const matches = ruleMatcher(pattern)
      const also = new Set(names.filter(name => name !== pattern && matches?.(name)))
      if (also.size === 0) continue
      const takes = list === 'dryRun' ? 'out of the verdict' : 'under its limit'
      yield {
        path,
        problem: `the rule is an unanchored pattern: it also takes ${[...also].join(', ')} ${takes}`,
        cure: `Write ^${pattern.replaceAll('.', '[.]')}$`,
      }
    }
  },
}
