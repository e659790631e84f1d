import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'
import { prometheus } from '../argument.ts'
import type { Manifest } from '../manifest.ts'
import { select } from '../selector.ts'
import { type App, metadataOf } from './app.ts'

export type ScalingOptions = {
  min: number
  max: number
  /** Requests a second that one pod answers well. */
  requestsPerPod: number
  /** The cluster's own Prometheus. */
  prometheus?: string
}

/**
 * Scales a Rollout by the requests it gets, up at once and down slowly: a rush is there now, and a lull may be short.
 * Throws a RangeError when there could be fewer than two pods, of which one may always be gone.
 */
export function scaledObject(
  app: App,
  { min, max, requestsPerPod, ...options }: ScalingOptions,
): Manifest<IScaledObject> {
  if (min < 2 || max < min) throw new RangeError(`at least two pods, and no more than the most: ${min} to ${max}`)
  const { prometheus: serverAddress = prometheus.value ?? '' } = options
  return {
    resource: {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { ...metadataOf(app), annotations: { 'argocd.argoproj.io/ignore-healthcheck': 'true' } },
      spec: {
        scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: app.name },
        minReplicaCount: min,
        maxReplicaCount: max,
        pollingInterval: 15,
        fallback: { failureThreshold: 4, replicas: Math.ceil((min + max) / 2), behavior: 'currentReplicasIfHigher' },
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleUp: {
                stabilizationWindowSeconds: 0,
                selectPolicy: 'Max',
                policies: [
                  { type: 'Percent', value: 100, periodSeconds: 30 },
                  { type: 'Pods', value: 4, periodSeconds: 30 },
                ],
              },
              scaleDown: {
                stabilizationWindowSeconds: 300,
                selectPolicy: 'Min',
                policies: [
                  { type: 'Percent', value: 10, periodSeconds: 60 },
                  { type: 'Pods', value: 1, periodSeconds: 60 },
                ],
              },
            },
          },
        },
        triggers: [
          {
            type: 'prometheus',
            metadata: {
              serverAddress,
              query: `sum(rate(${select('http_requests_total', { app: app.name, namespace: app.name })}[2m]))`,
              threshold: String(requestsPerPod),
              ignoreNullValues: 'false',
            },
          },
        ],
      },
    },
    comments: [
      {
        path: ['metadata', 'annotations'],
        text:
          'While it falls back (below), Argo CD would find it Degraded, and with it the app; a gate takes that for a bad ' +
          'release, though only Prometheus is away or has no series yet.',
      },
      {
        path: ['spec', 'fallback'],
        text: 'While Prometheus cannot be asked: half way to the most, and never fewer than there are.',
      },
      {
        path: ['spec', 'advanced'],
        text: 'Up at once, twice as many or four more every 30 s; down by one pod a minute, after a lull of five.',
      },
      {
        path: ['spec', 'triggers', 0, 'metadata', 'query'],
        text: 'Of its own namespace, which Prometheus says: previews of the app are in others.',
      },
    ],
  }
}
