import { actionHandlers } from './actions.ts'
import { appHandlers, repositoryAppHandlers } from './apps.ts'
import type { Call, Handlers, RepositoryCall } from './call.ts'
import { checkHandlers } from './checks.ts'
import { commitHandlers } from './commits.ts'
import { deploymentHandlers } from './deployments.ts'
import { issueHandlers } from './issues.ts'
import { pullHandlers } from './pulls.ts'
import { repositoryHandlers } from './repositories.ts'
import { collaboratorHandlers, userHandlers } from './users.ts'

/** What is asked of the whole GitHub. */
export const handlers: Handlers<Call> = { ...userHandlers, ...appHandlers }

/** What is asked of one repository. */
export const ofRepositories: Handlers<RepositoryCall> = {
  ...actionHandlers,
  ...checkHandlers,
  ...collaboratorHandlers,
  ...commitHandlers,
  ...deploymentHandlers,
  ...issueHandlers,
  ...pullHandlers,
  ...repositoryAppHandlers,
  ...repositoryHandlers,
}
