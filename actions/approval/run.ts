import { ConfigurationError } from '../../configuration/index.ts'

/** The run that this is: its repository, its number, and the file name of the workflow that was started. */
export type ThisRun = { repository: string; run: number; workflow: string }

/**
 * Reads it from the environment. The workflow is the caller's, whoever it calls. Throws a ConfigurationError outside of a
 * workflow.
 */
export function thisRun(env: Readonly<Record<string, string | undefined>>): ThisRun {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_RUN_ID = '', GITHUB_WORKFLOW_REF = '' } = env
  const [, workflow] = /\/\.github\/workflows\/([^/@]+)@/.exec(GITHUB_WORKFLOW_REF) ?? []
  const run = Number(GITHUB_RUN_ID)
  if (repository !== '' && workflow !== undefined && Number.isSafeInteger(run) && run > 0) {
    return { repository, run, workflow }
  }
  throw new ConfigurationError({
    problem: 'GITHUB_REPOSITORY, GITHUB_RUN_ID and GITHUB_WORKFLOW_REF do not name a run',
    cure: 'Use this action in a workflow on GitHub, where the runner sets them',
  })
}
