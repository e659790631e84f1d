export type { Keep } from './clean-up.ts'
export { type ClusterRunOptions, runInCluster } from './run.ts'
export type { OnMeasurement } from './view.ts'
