import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const promqlType: Rule = {
  id: 'promql-type',
  severity: 'error',
  scope: 'metric',
  about:
    'An operator or function is given what it cannot take: `rate(sum(x))`, `rate(x)`, `x[5m] > 1`, a pattern that is none',
  *check({ query, metric }) {
    if (query?.kind !== 'read') return
    for (const { problem, start } of query.typeFaults) {
      yield { path: queryPath, offset: query.offsetInTemplate(start), problem, cure: cureOf(problem) }
    }
    if (query.typeFaults.length > 0) return
    if (query.type === 'string') {
      yield {
        path: queryPath,
        problem: 'the query gives a string, which is no measurement',
        cure: 'Ask for a scalar or a vector',
      }
    }
    if (query.type === 'matrix' && metric.provider.prometheus?.rangeQuery) {
      yield {
        path: queryPath,
        problem: 'a range query cannot take a range vector',
        cure: 'Leave the range in brackets out, or put a function around it',
      }
    }
  },
}

function cureOf(problem: string): string {
  if (/needs a range vector, and this is an instant vector/.test(problem))
    return 'Give it a range, as x[5m]; sum(rate(x[5m])), not rate(sum(x))'
  if (/needs an instant vector, and this is a range vector/.test(problem))
    return 'Put rate() or another function around the range, or leave it out'
  if (/a range needs a selector/.test(problem))
    return 'Put the range behind the selector: sum(rate(x[5m])), not rate(sum(x)[5m])'
  if (/^error parsing regexp/.test(problem)) return 'Write a pattern of RE2'
  return 'Correct the query: every measurement would end in an error'
}
