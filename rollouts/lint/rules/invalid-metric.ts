import { metricFault } from '../../analysis/index.ts'
import type { MetricSubject } from '../metric-subject.ts'
import type { Rule } from '../rule.ts'

const texts = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
  'interval',
  'initialDelay',
] as const

export const invalidMetric: Rule = {
  id: 'invalid-metric',
  severity: 'error',
  scope: 'metric',
  about:
    'What the controller refuses before it measures: a count above 1 without an interval, limits beyond the count, negative limits, no provider or two',
  *check(subject) {
    const metric = filledIn(subject)
    const problem = metric && metricFault(metric)
    // What is wrong with a duration is told by a rule of its own.
    if (problem === undefined || /^invalid (?:interval|startDelay) string/.test(problem)) return
    yield { path: pathOf(problem), problem, cure: cureOf(problem) }
  },
}

/** The metric with the arguments in its limits filled in; undefined when one has no value. */
function filledIn({ metric, known }: MetricSubject): MetricSubject['metric'] | undefined {
  const filled = { ...metric }
  for (const name of texts) {
    const value = metric[name]
    if (typeof value !== 'string') continue
    const text = known(value)
    if (text === undefined) return undefined
    filled[name] = text
  }
  return filled
}

function pathOf(problem: string): string[] {
  if (problem.startsWith('interval must be specified')) return ['count']
  if (/provider/.test(problem)) return ['provider']
  const name = texts.find(each => problem.startsWith(each))
  return name ? [name] : []
}

function cureOf(problem: string): string {
  if (problem.startsWith('interval must be specified')) return 'Give an interval, for example 30s'
  if (/provider/.test(problem)) return 'Name one provider'
  return 'Correct the numbers: the run would end in Error before it measures'
}
