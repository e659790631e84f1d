import { getInput } from '@actions/core'
import type { PromoteInputs } from '../../steps/promote/index.ts'
import {
  type ObserverInputs,
  observerSecrets,
  readObserverInputs,
  readTokenInputs,
  type TokenInputs,
  tokenSecrets,
} from '../shell/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = PromoteInputs &
  TokenInputs &
  ObserverInputs & { repository: string; branch: string; directory: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    app: getInput('app'),
    image: getInput('image'),
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    ...readObserverInputs(),
    until: getInput('until'),
    redeploy: getInput('redeploy'),
    approve: getInput('approve'),
    'approve-release': getInput('approve-release'),
    by: getInput('by'),
    'dry-run': getInput('dry-run'),
    ...readTokenInputs(),
  }
}

/** What must never be shown: the tokens, and what a kubeconfig proves itself with. */
export function secretsIn(inputs: Inputs): string[] {
  return [...tokenSecrets(inputs), ...observerSecrets(inputs)]
}
