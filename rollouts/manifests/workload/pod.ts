import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec'
import type { ITopologySpreadConstraint } from 'kubernetes-models/v1/TopologySpreadConstraint'
import { type App, selectorOf } from './app.ts'
import { type ContainerOptions, container } from './container.ts'

/**
 * Spreads pods over zones, and over nodes within them, each revision by itself: pods of the former one, which go away,
 * do not count. Where there is one zone, as in a stovepipe cluster, the first rule asks for nothing.
 */
export function spread(app: App): ITopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(topologyKey => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway', // rather crowded than not at all
    labelSelector: { matchLabels: selectorOf(app) },
    matchLabelKeys: ['rollouts-pod-template-hash'],
  }))
}

/** The pods of an app: not root, no token of the cluster, nothing to write to but what is mounted. */
export function podTemplate(app: App, options: ContainerOptions): IPodTemplateSpec {
  return {
    metadata: { labels: selectorOf(app) },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      terminationGracePeriodSeconds: 30,
      topologySpreadConstraints: spread(app),
      containers: [container(app, options)],
    },
  }
}
