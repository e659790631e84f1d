import type { Rule } from '../rule.ts'

export const argumentWithoutValue: Rule = {
  id: 'argument-without-value',
  severity: 'error',
  scope: 'template',
  about: 'An AnalysisRun’s argument without a value, which ends the run even if nothing uses it',
  *check({ kind, spec, given }) {
    if (kind !== 'AnalysisRun') return
    for (const [index, { name, value, valueFrom }] of (spec.args ?? []).entries()) {
      if (value !== undefined || valueFrom !== undefined || given.has(name)) continue
      yield {
        path: ['args', index, 'name'],
        problem: `argument ${JSON.stringify(name)} was not supplied`,
        cure: 'Give it a value',
      }
    }
  },
}
