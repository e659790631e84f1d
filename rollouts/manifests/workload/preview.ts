import type { Manifest } from '../manifest.ts'
import { type App, clusterLabel } from './app.ts'
import { imageTold, type Kustomization } from './kustomization.ts'

/** An object of the app's base that a preview goes without. */
export type Left = { apiVersion: string; kind: string; name: string }

/**
 * The preview of a Rollout in `platform/previews/<app>/`: the app's base within what isolates it, one pod, no steps. What
 * scales, judges or protects the app is left out, and its own network policy, which would add to what isolation allows.
 */
export function previewFolder({ name }: Pick<App, 'name'>, left: readonly Left[]): Manifest<Kustomization> {
  return {
    resource: {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: 'preview',
      resources: ['../isolation', `../../../apps/${name}/base`],
      labels: [
        {
          pairs: { [clusterLabel]: 'preview' },
          fields: [{ path: 'spec/template/metadata/labels', kind: 'Rollout', create: true }],
        },
      ],
      patches: [
        { target: { kind: 'Rollout', name }, patch: onePod },
        { target: { kind: 'PodMonitor', name }, patch: ownSeries(name) },
        ...left.map(object => ({ patch: deletion(object) })),
      ],
      replacements: [imageTold(name, 'Rollout')],
    },
    comments: [
      { path: ['namespace'], text: 'applicationsets/previews.yaml sets it, and the image, for each pull request.' },
      { path: ['labels'], text: "No cluster of the fleet: a preview's metrics say nothing of any release." },
      {
        path: ['patches'],
        text: 'One pod and no steps; nothing scales or judges it, and isolation alone says what it reaches and who reaches it.',
      },
      {
        path: ['patches', 1],
        text:
          'Unreviewed code says what it likes in its metrics. These labels stand in the place of all that the base has, and ' +
          'win over its own, or it could pass for the stable release that a gate compares another with.',
      },
    ],
  }
}

/** The base of an autoscaled app names no replicas. */
const onePod = `- op: add
  path: /spec/replicas
  value: 1
- op: replace
  path: /spec/strategy
  value:
    canary: {}
`

/** An app's own label of a name that Prometheus sets, too, becomes `exported_…` where labels are not honoured. */
function ownSeries(name: string): string {
  return `- op: add
  path: /spec/podMetricsEndpoints/0/honorLabels
  value: false
- op: add
  path: /spec/podMetricsEndpoints/0/relabelings
  value:
    - { targetLabel: app, replacement: ${name} }
    - { targetLabel: cluster, replacement: preview }
    - { targetLabel: track, replacement: preview }
`
}

function deletion({ apiVersion, kind, name }: Left): string {
  return `$patch: delete\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n`
}
