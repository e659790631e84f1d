import type { Manifest } from '../manifest.ts'
import { type App, clusterLabel, defaults, metadataOf, ports, selectorOf } from './app.ts'

/** The part of the Prometheus operator's PodMonitor that is used; @kubernetes-models has no package of it here. */
export type PodMonitor = {
  apiVersion: 'monitoring.coreos.com/v1'
  kind: 'PodMonitor'
  metadata: { name: string; labels: Record<string, string> }
  spec: {
    selector: { matchLabels: Record<string, string> }
    podMetricsEndpoints: {
      port: string
      path: string
      interval: string
      honorLabels?: boolean
      relabelings?: { sourceLabels: string[]; targetLabel: string }[]
    }[]
  }
}

/** Where the labels app, cluster and track of an app's series come from. */
export type SeriesLabels = 'pod' | 'app'

/**
 * Has Prometheus scrape the app's pods every 30 s, and say of each series what the kit's queries ask for: app, cluster
 * and track. From the pod's labels, they win over what the app says: a canary becomes stable without a restart. An app
 * without tracks of its own in a cluster, as a StatefulSet, may say them itself.
 */
export function podMonitor(app: App, labels: SeriesLabels = 'pod'): Manifest<PodMonitor> {
  const { metrics } = { ...defaults.observability, ...app.observability }
  return {
    resource: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: metadataOf(app),
      spec: {
        selector: { matchLabels: selectorOf(app) },
        podMetricsEndpoints: [
          {
            port: ports.observability,
            path: metrics,
            interval: '30s',
            ...(labels === 'app' ? { honorLabels: true } : { relabelings }),
          },
        ],
      },
    },
    ...(labels === 'app' && {
      comments: [
        {
          path: ['spec', 'podMetricsEndpoints', 0, 'honorLabels'],
          text: 'The app says itself of which cluster and track it is.',
        },
      ],
    }),
  }
}

const relabelings = [
  fromPodLabel('app.kubernetes.io/name', 'app'),
  fromPodLabel(clusterLabel, 'cluster'),
  fromPodLabel('track', 'track'),
]

/** Prometheus writes what is no letter, digit or underscore in a label's name as an underscore. */
function fromPodLabel(label: string, targetLabel: string) {
  return { sourceLabels: [`__meta_kubernetes_pod_label_${label.replace(/\W/g, '_')}`], targetLabel }
}
