import { getInput } from '@actions/core'
import { credentialsIn } from './kubeconfig.ts'

/** How an action sees the health of clusters: by which observer, and what that one needs. */
export type ObserverInputs = Record<
  'observer' | 'argocd-url' | 'argocd-token' | 'argocd-namespace' | 'kubeconfig' | 'context',
  string
>

/** The inputs `observer`, `argocd-url`, `argocd-token`, `argocd-namespace`, `kubeconfig` and `context`, as they come. */
export function readObserverInputs(): ObserverInputs {
  return {
    observer: getInput('observer'),
    'argocd-url': getInput('argocd-url'),
    'argocd-token': getInput('argocd-token'),
    'argocd-namespace': getInput('argocd-namespace'),
    kubeconfig: getInput('kubeconfig'),
    context: getInput('context'),
  }
}

/** Those of them that must never be shown: the token, and what a kubeconfig proves itself with. */
export function observerSecrets({ 'argocd-token': token, kubeconfig }: ObserverInputs): string[] {
  return [token, ...credentialsIn(kubeconfig)].filter(secret => secret !== '')
}
