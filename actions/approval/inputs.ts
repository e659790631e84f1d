import { getInput } from '@actions/core'
import type { ApprovalInputs } from '../../steps/approval/index.ts'

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): ApprovalInputs & { token: string } {
  return { approval: getInput('approval'), command: getInput('command') || 'ask', token: getInput('token') }
}
