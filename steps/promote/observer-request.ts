import { ConfigurationError, required } from '../../configuration/index.ts'
import { type ClusterAddress, isLabel } from '../../kubernetes/index.ts'

/** What tells health and how it is reached, as it comes; what is missing or empty was not given. */
export type ObserverInputs = {
  observer: string
  'argocd-url'?: string
  'argocd-token'?: string
  'argocd-namespace'?: string
  kubeconfig?: string
  context?: string
}

export type ObserverChoice =
  | { kind: 'prometheus' }
  | { kind: 'argocd'; url: string; token: string }
  /** `hub` is where Argo CD runs; each cluster's context is named as the cluster, or leads to its server. */
  | { kind: 'kubernetes'; hub: ClusterAddress; namespace: string }

/** The token is not here: in a terminal it comes from the environment, where it may stand for other programs. */
const belongsTo = {
  'argocd-url': 'argocd',
  'argocd-namespace': 'kubernetes',
  kubeconfig: 'kubernetes',
  context: 'kubernetes',
} as const
const foreign = ['argocd-url', 'argocd-namespace', 'kubeconfig', 'context'] as const

/** Throws a ConfigurationError that names the input, its value and the cure. */
export function parseObserver(inputs: ObserverInputs): ObserverChoice {
  for (const input of foreign) {
    const observer = belongsTo[input]
    if (!inputs[input] || observer === inputs.observer) continue
    throw new ConfigurationError({
      problem: `only observer ${observer} has it`,
      place: { input },
      cure: `Say observer: ${observer}, or leave it out`,
    })
  }
  switch (inputs.observer) {
    case '':
    case 'prometheus':
      return { kind: 'prometheus' }
    case 'argocd':
      return argocd(inputs)
    case 'kubernetes':
      return kubernetes(inputs)
    default:
      throw new ConfigurationError({
        problem: 'there is no such observer',
        place: { input: 'observer' },
        value: inputs.observer,
        cure: 'Use prometheus, argocd or kubernetes',
      })
  }
}

function argocd({ 'argocd-url': url = '', 'argocd-token': token = '' }: ObserverInputs): ObserverChoice {
  const { protocol, username, origin } = URL.parse(url) ?? {}
  if ((protocol !== 'https:' && protocol !== 'http:') || username) {
    throw new ConfigurationError({
      problem: 'not the address of Argo CD',
      place: { input: 'argocd-url' },
      value: origin ?? '',
      cure: 'Write it as https://argocd.example.com, without /api',
    })
  }
  const cure = 'Give the token of an account that may get applications: argocd account generate-token'
  return { kind: 'argocd', url, token: required(token, { input: 'argocd-token' }, cure) }
}

function kubernetes({
  kubeconfig = '',
  context = '',
  'argocd-namespace': namespace = '',
}: ObserverInputs): ObserverChoice {
  if (namespace !== '' && !isLabel(namespace)) {
    throw new ConfigurationError({
      problem: 'not the name of a namespace',
      place: { input: 'argocd-namespace' },
      value: namespace,
    })
  }
  const hub = { ...(kubeconfig !== '' && { kubeconfig }), ...(context !== '' && { context }) }
  return { kind: 'kubernetes', hub, namespace: namespace || 'argocd' }
}
