import { conditionNames } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'

const cures = new Map([
  ['isNil', 'Write len(result) == 0 for a query that found no series'],
  ['default', 'Write len(result) > 0 ? result[0] : 0'],
])

export const ignoredArgument: Rule = {
  id: 'ignored-argument',
  severity: 'warning',
  scope: 'metric',
  about: '`isNil(x)` and `default(x, y)` ignore `x`: they look at the result, which Prometheus never leaves nil',
  *check({ conditions }) {
    for (const name of conditionNames) {
      const subject = conditions[name]
      if (subject?.kind !== 'read') continue
      for (const [call, cure] of cures) {
        if (!subject.calls.has(call)) continue
        const does = call === 'isNil' ? 'is always false' : 'always gives the whole result'
        yield {
          path: [name],
          problem: `${name}: ${call}() looks at the result, not at its first argument, and ${does}`,
          cure,
        }
      }
    }
  },
}
