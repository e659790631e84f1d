import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const promqlSyntax: Rule = {
  id: 'promql-syntax',
  severity: 'error',
  scope: 'metric',
  about: 'The query is no PromQL, by Prometheus’ own grammar',
  *check({ query }) {
    if (query?.kind === 'wrong') {
      const { fault, offsetInTemplate } = query
      const cure = /^there is no function/.test(fault.problem)
        ? 'Check its spelling, unless your server has functions of its own'
        : 'Correct the query: every measurement would end in an error'
      yield { path: queryPath, offset: offsetInTemplate(fault.start), problem: fault.problem, cure }
    }
    if (query?.kind === 'unreadable') {
      yield {
        path: queryPath,
        severity: 'warning',
        problem: `${query.reason}: it is not checked`,
        cure: 'Split it, or record parts of it',
      }
    }
  },
}
