import { getInput } from '@actions/core'
import type { RollbackInputs } from '../../steps/steer/index.ts'
import {
  type ObserverInputs,
  observerSecrets,
  readObserverInputs,
  readTokenInputs,
  type TokenInputs,
  tokenSecrets,
} from '../shell/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = RollbackInputs &
  TokenInputs &
  ObserverInputs & { repository: string; branch: string; directory: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    app: getInput('app'),
    reason: getInput('reason'),
    to: getInput('to'),
    clusters: getInput('clusters'),
    quarantine: getInput('quarantine'),
    watch: getInput('watch'),
    by: getInput('by'),
    repository: getInput('repository'),
    branch: getInput('branch') || 'main',
    directory: getInput('directory') || '.',
    ...readObserverInputs(),
    ...readTokenInputs(),
  }
}

/** What must never be shown: the tokens, and what a kubeconfig proves itself with. */
export function secretsIn(inputs: Inputs): string[] {
  return [...tokenSecrets(inputs), ...observerSecrets(inputs)]
}
