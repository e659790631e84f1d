const clusters = { dev: undefined, 'prod-eu1-a': 'canary', 'prod-eu1-b': 'primary', 'prod-eu1-c': 'primary' }

/**
 * A small GitOps repository in which nothing is wrong: one app on a dev, a canary and two primary clusters. Where it is to
 * be a folder of a Git repository, its ApplicationSet says so.
 */
export function cleanRepository(folder = ''): Record<string, string> {
  return {
    'fleet.yaml': `apiVersion: stovepipe.dev/v1alpha1
kind: Fleet
metadata: { name: acme }
spec:
  canaryShare: 5 # percent of the traffic that all active canary clusters take together
  loadBalancer: { kind: haproxy, address: unix:/run/haproxy/admin.sock, backend: fleet }
`,
    'apps/coolkit/pipeline.yaml': pipeline,
    'analysis/errors.yaml': template,
    'applicationsets/apps.yaml': folder === '' ? applicationSet : applicationSetIn(folder),
    'projects/apps.yaml': project,
    'platform/namespaces/coolkit.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: coolkit }\n',
    'platform/namespaces/other.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n',
    ...base('apps/coolkit/base'),
    ...Object.fromEntries(
      Object.entries(clusters).flatMap(([name, role]) => [
        [`clusters/${name}.yaml`, cluster(name, role)],
        [`apps/coolkit/clusters/${name}/kustomization.yaml`, kustomization(name)],
        ...Object.entries(base(`apps/coolkit/clusters/${name}/base`)),
      ]),
    ),
  }
}

function cluster(name: string, role: string | undefined): string {
  return `apiVersion: stovepipe.dev/v1alpha1
kind: Cluster
metadata:
  name: ${name}
  labels: { environment: ${role === undefined ? 'dev' : 'prod'}, region: eu1 }
spec:
${role === undefined ? '' : `  role: ${role}\n`}  state: active
  server: https://${name}.example
${role === undefined ? '' : `  ingress: ${name}.example:443\n`}  prometheus: https://prometheus.example
`
}

function kustomization(cluster: string): string {
  return `kind: Kustomization
namespace: coolkit
resources:
  - base
images:
  - name: ghcr.io/acme/coolkit
    newName: ghcr.io/acme/coolkit
    newTag: sha-000000000000
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
configMapGenerator:
  - name: cluster
    literals: [CLUSTER=${cluster}]
`
}

function base(folder: string): Record<string, string> {
  return {
    [`${folder}/kustomization.yaml`]: 'kind: Kustomization\nresources:\n  - deployment.yaml\n  - service.yaml\n',
    [`${folder}/deployment.yaml`]: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: coolkit }\n',
    [`${folder}/service.yaml`]: 'apiVersion: v1\nkind: Service\nmetadata: { name: coolkit }\n',
  }
}

const pipeline = `apiVersion: stovepipe.dev/v1alpha1
kind: Pipeline
metadata: { name: coolkit }
spec:
  image: ghcr.io/acme/coolkit
  waves:
    - name: dev
      clusters: { matchLabels: { environment: dev } }
    - name: canary
      clusters: { role: canary }
      gate:
        analysis:
          templates: [errors]
    - name: primaries
      clusters: { role: primary }
      batch: 1
`

const template = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: cluster }]
  metrics:
    - name: errors
      interval: 1m
      count: 5
      successCondition: len(result) > 0 && result[0] < 0.01
      failureCondition: len(result) > 0 && result[0] >= 0.01
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: sum(rate(failures_total{cluster="{{args.cluster}}"}[5m]))
`

const applicationSet = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: apps
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  goTemplate: true
  goTemplateOptions: [missingkey=error]
  syncPolicy: { applicationsSync: create-update, preserveResourcesOnDeletion: true }
  generators:
    - matrix:
        generators:
          - git:
              repoURL: https://github.com/acme/gitops.git
              revision: main
              directories: [{ path: apps/*/clusters/* }]
          - git:
              repoURL: https://github.com/acme/gitops.git
              revision: main
              files: [{ path: "clusters/{{ .path.basename }}.yaml" }]
              pathParamPrefix: file
  template:
    metadata:
      name: "{{ index .path.segments 1 }}.{{ .path.basename }}"
      labels: { environment: "{{ .metadata.labels.environment }}" }
    spec:
      project: apps
      source: { repoURL: https://github.com/acme/gitops.git, targetRevision: main, path: "{{ .path.path }}" }
      destination: { name: "{{ .path.basename }}", namespace: "{{ index .path.segments 1 }}" }
`

const project = `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: { name: apps }
spec:
  destinations:
    - { name: "*", namespace: coolkit }
  namespaceResourceWhitelist:
    - { group: "", kind: ConfigMap }
    - { group: "", kind: Service }
    - { group: apps, kind: Deployment }
`

function applicationSetIn(folder: string): string {
  return applicationSet
    .replace('path: apps/', `path: ${folder}/apps/`)
    .replace('path: "clusters/', `path: "${folder}/clusters/`)
    .replaceAll('.path.segments 1', `.path.segments ${folder.split('/').length + 1}`)
}
