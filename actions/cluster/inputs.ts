import { getInput } from '@actions/core'
import type { ClusterInputs } from '../../steps/fleet/index.ts'
import { readTokenInputs, type TokenInputs } from '../shell/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = ClusterInputs & TokenInputs & { repository: string; branch: string; directory: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    cluster: getInput('cluster'),
    command: getInput('command'),
    reason: getInput('reason'),
    force: getInput('force'),
    wait: getInput('wait'),
    by: getInput('by'),
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    ...readTokenInputs(),
  }
}
