import { ConditionError, UnsupportedConditionError } from '../../conditions/index.ts'
import { type ConditionName, conditionNames, type MetricSubject } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'
import { sampleResults } from './samples.ts'

export const constantCondition: Rule = {
  id: 'constant-condition',
  severity: 'warning',
  scope: 'metric',
  about: 'A condition that is true for every result, or for none; a plain `false` is taken as meant',
  *check(subject) {
    for (const name of conditionNames) {
      if (subject.metric[name]?.trim() === 'false') continue
      const constant = constantOf(subject, name)
      if (constant === undefined) continue
      yield {
        path: [name],
        problem: `${name} is ${constant} for every result that was tried, so the measurement says nothing`,
        cure: 'Compare the result with a threshold that it can be on either side of',
      }
    }
  },
}

/** What a condition always is, errors aside; undefined when it is now this, now that, or cannot be told. */
function constantOf(subject: MetricSubject, name: ConditionName): boolean | undefined {
  const condition = subject.conditions[name]
  if (condition?.kind !== 'read' || condition.guessed) return undefined
  const seen = new Set<boolean>()
  for (const values of sampleResults(subject)) {
    const [value] = values
    const scalar = subject.kinds[0] === 'scalar' && value !== undefined
    try {
      seen.add(condition.condition.evaluate(scalar ? { kind: 'scalar', value } : { kind: 'vector', values }))
    } catch (error) {
      if (error instanceof UnsupportedConditionError) return undefined
      if (!(error instanceof ConditionError)) throw error
    }
    if (seen.size > 1) return undefined
  }
  return [...seen][0]
}
