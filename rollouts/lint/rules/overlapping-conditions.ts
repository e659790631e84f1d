import type { MetricSubject } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'
import { tryOn } from '../trial.ts'
import { sampleResults } from './samples.ts'

export const overlappingConditions: Rule = {
  id: 'overlapping-conditions',
  severity: 'warning',
  scope: 'metric',
  about: 'A result for which both conditions hold, which the controller counts as Failed',
  *check(subject) {
    const both = sampleResults(subject).find(values => bothHold(subject, values))
    if (!both) return
    yield {
      path: ['failureCondition'],
      problem: `for the result [${both.join(', ')}] both conditions hold, and it counts as Failed`,
      cure: 'Let only one of them hold for each result',
    }
  },
}

function bothHold({ conditions, kinds }: MetricSubject, values: readonly number[]): boolean {
  const { successCondition: success, failureCondition: failure } = conditions
  if (success?.kind !== 'read' || failure?.kind !== 'read' || success.guessed || failure.guessed) return false
  const both = tryOn(kinds, values, result => success.condition.evaluate(result) && failure.condition.evaluate(result))
  return both ?? false
}
