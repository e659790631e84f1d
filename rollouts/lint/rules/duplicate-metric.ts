import type { Rule } from '../rule.ts'

export const duplicateMetric: Rule = {
  id: 'duplicate-metric',
  severity: 'error',
  scope: 'template',
  about:
    'Two metrics of one name, or two `dryRun` or `measurementRetention` rules, in a template and those it refers to',
  *check({ spec, merged }) {
    const others = merged.slice(1)
    const lists = [
      [
        'metrics',
        'name',
        (spec.metrics ?? []).map(({ name }) => name),
        others.flatMap(other => (other.spec.metrics ?? []).map(({ name }) => name)),
      ],
      ...(['dryRun', 'measurementRetention'] as const).map(
        list =>
          [
            list,
            'metricName',
            (spec[list] ?? []).map(rule => rule.metricName),
            others.flatMap(other => (other.spec[list] ?? []).map(rule => rule.metricName)),
          ] as const,
      ),
    ] as const
    for (const [list, key, own, around] of lists) {
      const known = new Set<string>(around)
      for (const [index, name] of own.entries()) {
        if (known.has(name)) {
          yield {
            path: [list, index, key],
            problem: `two ${list === 'metrics' ? 'metrics' : `${list} rules`} have the same name ${JSON.stringify(name)}`,
            cure: 'Give each its own, also in templates that run together',
          }
        }
        known.add(name)
      }
    }
  },
}
