import { getInput } from '@actions/core'
import type { PromoteInputs } from '../../steps/promote/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = PromoteInputs & { repository: string; branch: string; directory: string; token: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    app: getInput('app'),
    image: getInput('image'),
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    observer: getInput('observer'),
    until: getInput('until'),
    redeploy: getInput('redeploy'),
    'dry-run': getInput('dry-run'),
    token: getInput('token'),
  }
}
