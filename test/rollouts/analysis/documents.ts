import { readDocuments } from '../../../configuration/index.ts'
import { loadTemplates, type TemplateLibrary } from '../../../rollouts/analysis/index.ts'

export function library(yaml: string): TemplateLibrary {
  return loadTemplates(readDocuments(yaml, 'analysis.yaml'))
}

/** A template of one metric for each name, with these arguments and references. */
export function template(
  name: string,
  {
    kind = 'AnalysisTemplate',
    metrics = [],
    ...rest
  }: { kind?: string; metrics?: string[]; args?: unknown[]; templates?: unknown[]; dryRun?: unknown[] },
): string {
  const spec = {
    metrics: metrics.map(metric => ({ name: metric, provider: { prometheus: { query: metric } } })),
    ...rest,
  }
  return `---\n${JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec })}\n`
}
