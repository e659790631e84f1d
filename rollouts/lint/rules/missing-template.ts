import type { Rule } from '../rule.ts'

export const missingTemplate: Rule = {
  id: 'missing-template',
  severity: 'warning',
  scope: 'template',
  about: 'A reference to a template that is not among the files',
  *check({ spec, all, referred }) {
    for (const [index, reference] of (spec.templates ?? []).entries()) {
      if (referred(reference)) continue
      const { templateName, clusterScope = false } = reference
      const other = all.find(({ name, kind }) => name === templateName && kind !== 'AnalysisRun')
      yield {
        path: ['templates', index, 'templateName'],
        problem: `there is no ${clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'} ${JSON.stringify(templateName)} among the files`,
        cure: other
          ? `There is one of the other kind: write clusterScope: ${!clusterScope}`
          : 'Check its name, or lint its file too',
      }
    }
  },
}
