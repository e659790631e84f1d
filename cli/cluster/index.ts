export { clusterActivate } from './activate.ts'
export { clusterAdd } from './add.ts'
export { clusterDeactivate, clusterDrain } from './leave.ts'
