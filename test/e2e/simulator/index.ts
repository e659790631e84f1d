export { addressed, sharesOf } from './addressed.ts'
export type { ApiServer } from './api-server.ts'
export {
  type Application,
  applications,
  describeApplication,
  refresh,
  refreshed,
  refreshSet,
  settled,
} from './applications.ts'
export type { ArgoCdApi } from './argocd-api.ts'
export { build } from './build.ts'
export { ApiError, type Client, type KubernetesObject, type Reference } from './client.ts'
export { type Cluster, type ClusterOptions, startCluster } from './cluster.ts'
export { type ComponentName, components } from './components.ts'
export { type Destination, type Fleet, startFleet } from './fleet.ts'
export { type PullRequest, type PullRequestApi, startPullRequestApi } from './github.ts'
export { neverReady } from './kwok.ts'
export { parseManifest, readManifest, readManifests } from './manifests.ts'
export { createOperatorCrds, fallBack } from './operators.ts'
export { type PrometheusOptions, startSitePrometheus } from './prometheus.ts'
export { startSiteRegistry } from './registry.ts'
export { availableSoon, createGitOpsRepository, type GitOpsRepository } from './repository.ts'
export type { Site } from './site.ts'
export { applyTemplate, templateApps, templateClusters } from './template.ts'
export { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts'
export { eventually } from './wait.ts'
