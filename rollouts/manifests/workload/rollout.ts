import type { ICanaryStrategy } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStrategy'
import type { IRollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout'
import type { Manifest } from '../manifest.ts'
import { type App, metadataOf, selectorOf } from './app.ts'
import { canarySteps, type Stage } from './canary-steps.ts'
import type { ContainerOptions } from './container.ts'
import { podTemplate } from './pod.ts'

export type RolloutOptions = ContainerOptions & {
  stages: readonly Stage[]
  /** Set it where nothing else scales the app; a ScaledObject's own number must not be fought over. */
  replicas?: number
  /** How traffic is split where it is not by the number of pods. */
  trafficRouting?: ICanaryStrategy['trafficRouting']
  /** The Services of both tracks, which traffic routing needs. */
  services?: { stable: string; canary: string }
}

/**
 * A stateless app as a Rollout with canary steps; its pods carry `track`, which moves from canary to stable with them.
 *
 * A ScaledObject beside it (argo-rollouts #4847, open): with traffic routing, canary pods come on top of all stable ones,
 * the autoscaler takes their sum for what it asked for, and the number goes up and down. So `dynamicStableScale` then;
 * and without traffic routing, where the controller refuses it, no surge: never more pods than are asked for. A quarter of
 * them is away at a time instead, rounded down, and one of fewer than four (`resolveFenceposts` in the controller's
 * utils/replicaset/replicaset.go).
 */
export function rollout(app: App, options: RolloutOptions): Manifest<IRollout> {
  const { stages, replicas, trafficRouting, services, ...container } = options
  return {
    resource: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: metadataOf(app),
      spec: {
        ...(replicas !== undefined && { replicas }),
        revisionHistoryLimit: 3,
        rollbackWindow: { revisions: 3 },
        minReadySeconds: 10,
        progressDeadlineSeconds: 300,
        progressDeadlineAbort: true,
        selector: { matchLabels: selectorOf(app) },
        strategy: {
          canary: {
            ...(services && { stableService: services.stable, canaryService: services.canary }),
            ...(trafficRouting ? { trafficRouting, dynamicStableScale: true } : { maxSurge: 0, maxUnavailable: '25%' }),
            stableMetadata: { labels: { track: 'stable' } },
            canaryMetadata: { labels: { track: 'canary' } },
            steps: canarySteps(stages),
          },
        },
        template: podTemplate(app, container),
      },
    },
    comments: [
      ...(replicas === undefined
        ? [{ path: ['spec'], text: 'No replicas: the ScaledObject has them, and Git would take back what it scales.' }]
        : []),
      ...(trafficRouting
        ? []
        : [
            {
              path: ['spec', 'strategy', 'canary', 'maxSurge'],
              text: 'Never more pods than were asked for: the autoscaler would count them as its own (argo-rollouts #4847).',
            },
            {
              path: ['spec', 'strategy', 'canary', 'maxUnavailable'],
              text: 'Up to seven pods one at a time, eight two at a time: one by one, many would take longer than a gate waits.',
            },
          ]),
      {
        path: ['spec', 'rollbackWindow'],
        text: 'A way back takes no steps: they would judge the good release as the canary of the bad one, and take as long.',
      },
      {
        path: ['spec', 'progressDeadlineAbort'],
        text: 'A pod that never becomes Ready ends the release: the stable pods take over, and the kit takes it back in Git.',
      },
      {
        path: ['spec', 'template', 'spec', 'containers', 0, 'image'],
        text: "Tag and digest are in the cluster's kustomization.yaml.",
      },
      {
        path: ['spec', 'template', 'spec', 'containers', 0, 'resources'],
        text: 'No CPU limit: it would slow the app on an idle node. As much memory requested as may be used.',
      },
      {
        path: ['spec', 'template', 'spec', 'containers', 0, 'lifecycle'],
        text: 'Serves on while load balancers take notice that it leaves.',
      },
    ],
  }
}
