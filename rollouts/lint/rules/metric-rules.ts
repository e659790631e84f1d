import type { Found } from '../rule.ts'
import type { TemplateSubject } from '../template-subject.ts'

/** What takes metrics by a pattern of their names. */
export const ruleLists = ['dryRun', 'measurementRetention'] as const

export type MetricRule = { list: (typeof ruleLists)[number]; pattern: string; path: Found['path'] }

/** Every rule of a template that takes metrics by a pattern. */
export function metricRules({ spec }: Pick<TemplateSubject, 'spec'>): MetricRule[] {
  return ruleLists.flatMap(list =>
    (spec[list] ?? []).map(({ metricName }, index) => ({
      list,
      pattern: metricName,
      path: [list, index, 'metricName'],
    })),
  )
}
