import { getInput } from '@actions/core'
import type { BumpInputs } from '../../steps/bump/index.ts'
import { readTokenInputs, type TokenInputs } from '../shell/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = BumpInputs & TokenInputs & { repository: string; branch: string; directory: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    app: getInput('app'),
    image: getInput('image'),
    clusters: getInput('clusters'),
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    message: getInput('message'),
    override: getInput('override'),
    'dry-run': getInput('dry-run'),
    ...readTokenInputs(),
  }
}
