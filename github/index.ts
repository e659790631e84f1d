export { type App, type AppOptions, openApp, type Permissions } from './app.ts'
export {
  type CheckAnnotation,
  type CheckConclusion,
  type CheckContent,
  type CheckRun,
  createCheck,
  listChecks,
  updateCheck,
} from './checks.ts'
export { type Change, type GitHub, type GitHubOptions, openGitHub, type RouteParameters } from './client.ts'
export { createComment, deleteComment, type IssueComment, listComments, updateComment } from './comments.ts'
export { commitOnto, newestCommitTo, wholeCommit } from './commits.ts'
export {
  addStatus,
  createDeployment,
  type Deployment,
  type DeploymentState,
  type DeploymentStatus,
  latestState,
  listDeployments,
  type NewDeployment,
  samePayload,
} from './deployments.ts'
export { type Dispatch, type Dispatched, dispatchWorkflow } from './dispatch.ts'
export { GitHubError, type GitHubErrorKind } from './error.ts'
export { addLabel, removeLabel, sameLabel } from './labels.ts'
export { getPull, listClosedPulls, listOpenPulls, type Pull } from './pulls.ts'
export { inRepository } from './repository.ts'
export { repositoryOn } from './repository-on.ts'
export { listReviews, type Review } from './reviews.ts'
export { type Run, type RunState, runsOf } from './runs.ts'
export type { Token } from './token.ts'
