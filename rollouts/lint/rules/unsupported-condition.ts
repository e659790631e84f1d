import { conditionNames } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'

export const unsupportedCondition: Rule = {
  id: 'unsupported-condition',
  severity: 'error',
  scope: 'metric',
  about: 'A condition that only the controller can evaluate',
  *check({ conditions }) {
    for (const name of conditionNames) {
      const subject = conditions[name]
      if (subject?.kind !== 'unsupported') continue
      yield {
        path: [name],
        problem: `${name} uses ${subject.feature}, which is not supported here`,
        cure: 'Write the condition without it, or run the analysis in a cluster',
      }
    }
  },
}
