import type { Rule } from '../rule.ts'

export const conflictingArgument: Rule = {
  id: 'conflicting-argument',
  severity: 'error',
  scope: 'template',
  about: 'Templates that run together and give one argument different values, or a template that declares it twice',
  *check({ spec, merged }) {
    const others = merged.slice(1).flatMap(other => (other.spec.args ?? []).map(arg => ({ ...arg, from: other.name })))
    for (const [index, { name, value }] of (spec.args ?? []).entries()) {
      const earlier = (spec.args ?? []).slice(0, index).find(arg => arg.name === name)
      const other = others.find(arg => arg.name === name && arg.value !== undefined && arg.value !== value)
      if (earlier) {
        yield {
          path: ['args', index, 'name'],
          problem: `the argument ${JSON.stringify(name)} is declared twice`,
          cure: 'Declare it once',
        }
      } else if (other && value !== undefined) {
        yield {
          path: ['args', index, 'value'],
          problem: `the argument ${JSON.stringify(name)} has another value in ${other.from}, to which this template refers`,
          cure: 'Give it one value, or none in one of them',
        }
      }
    }
  },
}
