import { getInput } from '@actions/core'
import type { PromoteInputs } from '../../steps/promote/index.ts'
import { credentialsIn } from '../shell/index.ts'

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
    'argocd-url': getInput('argocd-url'),
    'argocd-token': getInput('argocd-token'),
    'argocd-namespace': getInput('argocd-namespace'),
    kubeconfig: getInput('kubeconfig'),
    context: getInput('context'),
    until: getInput('until'),
    redeploy: getInput('redeploy'),
    'dry-run': getInput('dry-run'),
    token: getInput('token'),
  }
}

/** What must never be shown: the tokens, and what a kubeconfig proves itself with. */
export function secretsIn({ token, 'argocd-token': argocd = '', kubeconfig = '' }: Inputs): string[] {
  return [token, argocd, ...credentialsIn(kubeconfig)].filter(secret => secret !== '')
}
