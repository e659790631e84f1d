import { getInput } from '@actions/core'
import type { DispatchInputs } from '../../steps/dispatch/index.ts'

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): DispatchInputs {
  return {
    repository: getInput('repository'),
    workflow: getInput('workflow') || 'promote.yml',
    ref: getInput('ref') || 'main',
    inputs: getInput('inputs'),
    token: getInput('token'),
    'app-client-id': getInput('app-client-id'),
    'app-private-key': getInput('app-private-key'),
  }
}
