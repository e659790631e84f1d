import { getInput } from '@actions/core'
import type { TrafficInputs } from '../../steps/traffic/index.ts'

/** What the step needs, and which branch of which repository it reads. */
export type Inputs = TrafficInputs & { repository: string; branch: string; directory: string; token: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    wait: getInput('wait'),
    drain: getInput('drain'),
    force: getInput('force'),
    reason: getInput('reason'),
    'dry-run': getInput('dry-run'),
    token: getInput('token'),
  }
}
