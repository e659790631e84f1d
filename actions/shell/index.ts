export { workflowCommitter } from './committer.ts'
export { actionLog, harmless } from './log.ts'
export { cell, table } from './markdown.ts'
export { type Action, type ActionHost, type ActionResult, runAction } from './run-action.ts'
