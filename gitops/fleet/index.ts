export type { GateApproval } from './approval.ts'
export {
  type Cluster,
  type ClusterRole,
  type ClusterState,
  clusterRoles,
  clusterSchema,
  clusterStates,
  readCluster,
} from './cluster.ts'
export { appNames, type Fleet, pipelineOf, readFleet, requireApp } from './fleet.ts'
export { apiVersion, document, nameSchema, requireName } from './kind.ts'
export {
  type ClusterSelector,
  type Gate,
  type GateAnalysis,
  type Pipeline,
  pipelineSchema,
  readPipeline,
  reservedArguments,
  type Wave,
} from './pipeline.ts'
export { batchSize, matchingClusters, nameSelector, selectClusters, waveClusters } from './select.ts'
export { setClusterState } from './set-state.ts'
export { defaultSettings, type FleetSettings, fleetSchema, type LoadBalancer, readSettings } from './settings.ts'
export { shares } from './shares.ts'
export { type Unselected, unselected } from './unselected.ts'
