import { getInput } from '@actions/core'
import type { RollbackInputs } from '../../steps/steer/index.ts'
import { credentialsIn, readTokenInputs, type TokenInputs, tokenSecrets } from '../shell/index.ts'

/** What the step needs, and which branch of which repository it works on. */
export type Inputs = RollbackInputs & TokenInputs & { repository: string; branch: string; directory: string }

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
    observer: getInput('observer'),
    'argocd-url': getInput('argocd-url'),
    'argocd-token': getInput('argocd-token'),
    'argocd-namespace': getInput('argocd-namespace'),
    kubeconfig: getInput('kubeconfig'),
    context: getInput('context'),
    ...readTokenInputs(),
  }
}

/** What must never be shown: the tokens, and what a kubeconfig proves itself with. */
export function secretsIn(inputs: Inputs): string[] {
  const { 'argocd-token': argocd = '', kubeconfig = '' } = inputs
  return [...tokenSecrets(inputs), argocd, ...credentialsIn(kubeconfig)].filter(secret => secret !== '')
}
