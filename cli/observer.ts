import type { ObserverInputs } from '../steps/promote/index.ts'
import type { Context } from './command.ts'
import type { Options } from './options.ts'

/** The flags of every command that watches clusters, named as the actions' inputs are. */
export const observerOptions = {
  observer: {
    type: 'string',
    value: 'NAME',
    default: 'prometheus',
    description: 'What tells health: prometheus, argocd or kubernetes',
  },
  'argocd-url': {
    type: 'string',
    value: 'URL',
    description: "With argocd: Argo CD's address; its token comes from ARGOCD_AUTH_TOKEN",
  },
  'argocd-namespace': {
    type: 'string',
    value: 'NAME',
    description: 'With kubernetes: where the Applications are; left out, argocd',
  },
  kubeconfig: {
    type: 'string',
    value: 'FILE',
    description: 'With kubernetes: contexts of the hub and of each cluster; left out, KUBECONFIG or ~/.kube/config',
  },
  context: { type: 'string', value: 'NAME', description: "With kubernetes: the hub's; left out, the current one" },
} as const satisfies Options

type Values = { observer: string } & { [flag in keyof typeof observerOptions]?: string | undefined }

/** What the flags say of the observer; the token comes from the environment, where no other program can read it. */
export function observerInputs(values: Values, { env }: Pick<Context, 'env'>): ObserverInputs {
  return {
    observer: values.observer,
    'argocd-url': values['argocd-url'] ?? '',
    'argocd-token': env.ARGOCD_AUTH_TOKEN ?? '',
    'argocd-namespace': values['argocd-namespace'] ?? '',
    kubeconfig: values.kubeconfig ?? '',
    context: values.context ?? '',
  }
}
