import { conditionNames } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'

export const condition: Rule = {
  id: 'condition',
  severity: 'error',
  scope: 'metric',
  about:
    'A condition that does not compile for the type of its query’s result: `result > 1` or `isNaN(result)` on a vector, `%` on floats, an unknown name',
  *check({ conditions, kinds, judge }) {
    for (const name of conditionNames) {
      const subject = conditions[name]
      if (subject?.kind === 'wrong') {
        yield { path: [name], problem: `${name}: ${subject.problem}`, cure: cureOf(subject.problem, kinds) }
      }
      if (subject?.kind !== 'read' || subject.guessed) continue
      const message = typeMessage(judge([1])) ?? typeMessage(judge([0.5]))
      if (message?.startsWith(`could not evaluate ${name} `)) {
        yield {
          path: [name],
          problem: `${name}: ${message.replace(/^could not evaluate \w+ ".*": /s, '')}`,
          cure: 'Make it a comparison, which is true or false',
        }
      }
    }
  },
}

/** What is wrong with the type of the whole, which is only told when it is evaluated. */
function typeMessage(verdict: { phase: string; message?: string } | undefined): string | undefined {
  return verdict?.message?.includes('expected bool, but got') ? verdict.message : undefined
}

function cureOf(problem: string, kinds: readonly string[]): string {
  if (kinds.join() === 'vector' && /\[\]float64/.test(problem))
    return 'The query gives a list of numbers: look at result[0]'
  if (kinds.join() === 'scalar' && /float64/.test(problem)) return 'The query gives one number: look at result itself'
  if (/^invalid operation: %/.test(problem)) return 'Take % of whole numbers only, as asInt(result[0]) % 2'
  if (/^unknown name/.test(problem))
    return 'There are result, asInt, asFloat, isNaN, isInf, isNil, default, and the builtins of expr-lang'
  return 'Correct the condition: every measurement would end in an error'
}
