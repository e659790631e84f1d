import type { ICanaryStep } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStep'
import { seconds } from '../timing.ts'
import { clusterLabel } from './app.ts'

/** One stage of a canary: its part of the pods, how long it waits there, and by what it is judged before the next. */
export type Stage = {
  /** Percent of the pods, from 1 to 99. */
  weight: number
  /** Seconds before it is judged: one window of the queries at least, or they see the time before. */
  wait: number
  /** Names of AnalysisTemplates in the same namespace, and values of their arguments beside `cluster`. */
  analysis?: { templates: readonly string[]; args?: Readonly<Record<string, string>> }
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
  return stages.flatMap(({ weight, wait, analysis }) => [
    { setWeight: weight },
    { pause: { duration: seconds(wait) } },
    ...(analysis ? [{ analysis: analyse(analysis) }] : []),
  ])
}

function analyse({ templates, args = {} }: NonNullable<Stage['analysis']>) {
  return {
    templates: templates.map(templateName => ({ templateName })),
    args: [
      { name: 'cluster', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${clusterLabel}']` } } },
      ...Object.entries(args).map(([name, value]) => ({ name, value })),
    ],
  }
}
