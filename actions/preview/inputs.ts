import { getInput } from '@actions/core'
import type { PreviewInputs } from '../../steps/preview/index.ts'
import { type ObserverInputs, observerSecrets, readObserverInputs } from '../shell/index.ts'

/** What the step needs, and the token it works with. */
export type Inputs = PreviewInputs & ObserverInputs & { token: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    mode: getInput('mode'),
    app: getInput('app'),
    repository: getInput('repository'),
    number: getInput('number'),
    head: getInput('head'),
    image: getInput('image'),
    built: getInput('built'),
    started: getInput('started'),
    url: getInput('url'),
    label: getInput('label'),
    limit: getInput('limit'),
    lifetime: getInput('lifetime'),
    ...readObserverInputs(),
    wait: getInput('wait'),
    'comment-author': getInput('comment-author'),
    token: getInput('token'),
  }
}

/** What must never be shown: the tokens, and what a kubeconfig proves itself with. */
export function secretsIn(inputs: Inputs): string[] {
  return [inputs.token, ...observerSecrets(inputs)].filter(secret => secret !== '')
}
