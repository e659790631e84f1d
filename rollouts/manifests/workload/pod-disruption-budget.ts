import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import type { Manifest } from '../manifest.ts'
import { type App, metadataOf, selectorOf } from './app.ts'

/**
 * A node that is drained takes one pod at a time; a pod that is not Ready keeps no node from being drained. Counted as
 * what may be gone and not as what must be there: with that, an app of few pods could keep a node for ever.
 */
export function podDisruptionBudget(app: App): Manifest<IPodDisruptionBudget> {
  return {
    resource: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadataOf(app),
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selectorOf(app) },
      },
    },
  }
}
