import {
  type App,
  analysisTemplate,
  base,
  clusterFolder,
  errorRatio,
  errorsAgainst,
  latency,
  latencyAgainst,
  type Manifest,
  networkPolicy,
  podDisruptionBudget,
  podMonitor,
  previewFolder,
  rollout,
  scaledObject,
  sealedSecretPlaceholder,
  service,
  track,
} from '../../rollouts/manifests/index.ts'

const app: App = { name: 'storefront', image: 'ghcr.io/acme/storefront' }
const judgedBy = 'storefront-canary'
const canary = track('canary')
const stable = track('stable')

/** What every cluster runs, by file. */
const inBase: Readonly<Record<string, Manifest>> = {
  'analysis.yaml': analysisTemplate(judgedBy, {
    about:
      "Judges the canary pods beside the stable ones of one cluster, between the Rollout's steps. The gates of " +
      'pipeline.yaml judge each cluster as a whole after that.',
    signals: [
      errorRatio({ of: canary }),
      latency({ of: canary, quantile: 0.9, max: 0.25 }),
      errorsAgainst(stable, { of: canary }),
      latencyAgainst(stable, { of: canary, quantile: 0.9, max: 1.5 }),
    ],
  }),
  'network-policy.yaml': networkPolicy(app),
  'pod-disruption-budget.yaml': podDisruptionBudget(app),
  'pod-monitor.yaml': podMonitor(app),
  'rollout.yaml': {
    about: 'A stateless web app: a part of its pods after the other, each judged before the next.',
    ...rollout(app, {
      cpu: '250m',
      memory: '256Mi',
      stages: [
        { weight: 25, wait: 150, analysis: { templates: [judgedBy], args: { service: app.name } } },
        { weight: 50, wait: 150 },
      ],
    }),
  },
  'scaled-object.yaml': scaledObject(app, { min: 4, max: 20, requestsPerPod: 50 }),
  'service.yaml': service(app),
}

/** The folder of its previews, `platform/previews/storefront`: everything of its base that is no use there is left out. */
export const storefrontPreview: Manifest = previewFolder(app, [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', name: judgedBy },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name: app.name },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name: app.name },
  { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: app.name },
])

/** The files of the template's second app by their paths in its folder, for these clusters. */
export function storefront(
  clusters: readonly { name: string; role?: string | undefined }[],
): ReadonlyMap<string, Manifest> {
  const files = new Map<string, Manifest>([
    ...Object.entries(inBase),
    ['kustomization.yaml', base(Object.keys(inBase))],
  ])
  const own = [...files].map(([file, manifest]): [string, Manifest] => [`base/${file}`, manifest])
  const perCluster = clusters.flatMap(({ name: cluster, role }): [string, Manifest][] => [
    ...[...files].map(([file, manifest]): [string, Manifest] => [`clusters/${cluster}/base/${file}`, manifest]),
    [`clusters/${cluster}/kustomization.yaml`, clusterFolder(app, cluster, { withoutSteps: role === undefined })],
    [
      `clusters/${cluster}/sealed-secret.example.yaml`,
      {
        about:
          'A place for a Secret that this cluster alone can open. Name it sealed-secret.yaml and add it to the resources ' +
          'of kustomization.yaml once its values are sealed; the AppProject must then allow SealedSecrets.',
        ...sealedSecretPlaceholder(app, `${app.name}-session`, ['key']),
      },
    ],
  ])
  return new Map([...own, ...perCluster])
}
