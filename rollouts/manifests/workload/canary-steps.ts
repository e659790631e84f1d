import type { ICanaryStep } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStep'
import { seconds } from '../timing.ts'
import { clusterLabel } from './app.ts'

/** AnalysisTemplates in the same namespace by name, and values of their arguments beside `cluster`. */
export type StageAnalysis = { templates: readonly string[]; args?: Readonly<Record<string, string>> }

/** One stage of a canary: its part of the pods, how long it waits there, and by what it is judged before the next. */
export type Stage = {
  /** Percent of the pods, from 1 to 99. */
  weight: number
  /** Seconds before it is judged: one window of the queries at least, or they see the time before. */
  wait: number
  analysis?: StageAnalysis
  /**
   * Starts the former release anew, so many pods with `track: baseline` beside the canary's, until an analysis has
   * compared both; its template needs a `delay` of one window, for these pods are young.
   */
  baseline?: { pods: number; analysis: StageAnalysis }
}

/**
 * The steps of a canary: weight, pause, analysis, and again. The last stage is followed by all of the pods. The cluster's
 * name comes from the label that its kustomization gives the Rollout. Throws a RangeError for weights that do not grow.
 */
export function canarySteps(stages: readonly Stage[]): ICanaryStep[] {
  for (const [index, { weight }] of stages.entries()) {
    const before = stages[index - 1]?.weight ?? 0
    if (weight <= before || weight >= 100) throw new RangeError(`weights must grow from 1 to 99: ${before}, ${weight}`)
  }
  return stages.flatMap(({ weight, wait, analysis, baseline }) => [
    { setWeight: weight },
    { pause: { duration: seconds(wait) } },
    ...(analysis ? [{ analysis: analyse(analysis) }] : []),
    ...(baseline ? [{ experiment: besideBaseline(baseline) }] : []),
  ])
}

function analyse({ templates, args }: StageAnalysis) {
  return { templates: templates.map(templateName => ({ templateName })), args: withCluster(args) }
}

function besideBaseline({ pods, analysis: { templates, args } }: NonNullable<Stage['baseline']>) {
  return {
    templates: [
      { name: 'baseline', specRef: 'stable', replicas: pods, metadata: { labels: { track: 'baseline' } } } as const,
    ],
    analyses: templates.map(templateName => ({
      name: templateName,
      templateName,
      requiredForCompletion: true, // the experiment lasts as long as they do
      args: withCluster(args),
    })),
  }
}

function withCluster(args: StageAnalysis['args'] = {}) {
  return [
    { name: 'cluster', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${clusterLabel}']` } } },
    ...Object.entries(args).map(([name, value]) => ({ name, value })),
  ]
}
