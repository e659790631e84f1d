import { z } from 'zod'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { RenderedObject } from './rendered.ts'

const relabeling = z.object({
  action: z.string().default('replace'), // in any case of letters
  sourceLabels: z.array(z.string()).default([]),
  targetLabel: z.string().default(''),
  replacement: z.string().optional(),
})
const endpoint = z.object({
  honorLabels: z.boolean().default(false),
  relabelings: z.array(relabeling).catch([]).default([]),
})
const monitor = z.object({
  spec: z.object({
    podMetricsEndpoints: z.array(endpoint).default([]), // of a PodMonitor
    endpoints: z.array(endpoint).default([]), // of a ServiceMonitor
  }),
})

/** What a preview's monitors have to set, and what they must not set it to: a release's series have these. */
type Taken = { cluster: readonly string[]; track: readonly string[] }

/**
 * Whether what a preview says in its metrics could pass for a release's: its code is unreviewed, and gates ask for series
 * by the labels cluster and track. A label that no relabeling sets is the app's own, and so is any under honorLabels.
 */
export function* checkPreviewSeries(
  objects: readonly RenderedObject[],
  clusters: readonly string[],
  folder: string,
): Iterable<Finding> {
  const taken: Taken = { cluster: clusters, track: ['stable', 'canary', 'baseline'] }
  for (const { kind, name, group, value } of objects) {
    if (group !== 'monitoring.coreos.com') continue
    const { spec } = monitor.safeParse(value).data ?? {}
    const faults = [...(spec?.podMetricsEndpoints ?? []), ...(spec?.endpoints ?? [])].flatMap(each =>
      faultOf(each, taken),
    )
    const [fault] = faults
    if (fault === undefined) continue
    yield {
      rule: 'preview-series',
      severity: 'error',
      problem: `${kind} ${name} ${fault}, so the metrics of unreviewed code can pass for those of a release`,
      cure: `Patch it in ${folder}/, as the template does: honorLabels: false, and relabelings that set app, cluster: preview and track: preview`,
      place: { file: `${folder}/kustomization.yaml` },
    }
  }
}

function faultOf({ honorLabels, relabelings }: z.infer<typeof endpoint>, taken: Taken): string[] {
  if (honorLabels) return ['lets the app say itself of which cluster and track it is (honorLabels)']
  return (['cluster', 'track'] as const).flatMap(label => {
    const last = relabelings.findLast(
      ({ action, targetLabel }) => action.toLowerCase() === 'replace' && targetLabel === label,
    )
    const isFixed = last !== undefined && last.sourceLabels.length === 0 && last.replacement
    if (!isFixed) return [`sets no ${label} of its own`]
    return taken[label].includes(last.replacement ?? '') ? [`says ${label}="${last.replacement}"`] : []
  })
}
