export { environmentId } from './actions.ts'
export type { Answer, Fault, Faults } from './faults.ts'
export type { Operation } from './operations.ts'
export type { Scene } from './scene.ts'
export { type GitHubServer, type Seen, type ServerOptions, startGitHub } from './server.ts'
export type {
  CheckRun,
  Comment,
  Deployment,
  DeploymentStatus,
  Job,
  Permissions,
  Pull,
  Repository,
  Run,
  State,
  TokenState,
  Workflow,
} from './state.ts'
