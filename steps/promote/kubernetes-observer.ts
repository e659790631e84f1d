import { ConfigurationError } from '../../configuration/index.ts'
import type { Cluster } from '../../gitops/fleet/index.ts'
import { type Workload, workloadKinds } from '../../gitops/health/index.ts'
import { type KubernetesClient, KubernetesError } from '../../kubernetes/index.ts'
import { type Deployments, labelsOf, OutOfReachError } from './deployments.ts'

export type KubernetesClients = {
  /** Where Argo CD's Applications are, and in which namespace. */
  hub(): Promise<KubernetesClient>
  namespace: string
  cluster(cluster: Cluster): Promise<KubernetesClient>
}

const applications = { group: 'argoproj.io', version: 'v1alpha1', plural: 'applications' }
const pods = { group: '', version: 'v1', plural: 'pods' }

/** Sees Applications through the hub's Kubernetes API, and workloads and pods through each cluster's own. */
export function kubernetesDeployments({ hub, namespace, cluster: clientOf }: KubernetesClients): Deployments {
  async function labelled(labelSelector: string, signal: AbortSignal) {
    const client = await hub()
    const list = () => client.list(applications, { namespace, labelSelector }, { signal })
    return (await asking(client, 'list applications.argoproj.io', list)).items
  }

  return {
    name: 'kubernetes',
    applications: (app, cluster, signal) => labelled(labelsOf(app, cluster), signal),
    labelled,
    async refresh({ metadata }, signal) {
      const client = await hub()
      const which = { namespace: metadata.namespace ?? namespace, name: metadata.name }
      const change = { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } }
      try {
        await client.patch(applications, which, change, { signal })
      } catch (error) {
        // Argo CD looks by itself every few minutes: without this right it only takes longer.
        throw error instanceof KubernetesError ? new OutOfReachError(error.message, { cause: error }) : error
      }
    },
    async workload({ cluster, signal }, { group, version, kind, namespace, name }) {
      const client = await clientOf(cluster)
      const plural = workloadKinds[kind]?.plural ?? ''
      const get = () => client.get({ group, version, plural }, { namespace, name }, { signal })
      return asking(client, `get ${plural}`, get, 'absent')
    },
    async pods({ cluster, signal }, workloads) {
      const client = await clientOf(cluster)
      const selected = await Promise.all(
        workloads.map(async workload => {
          const labelSelector = selectorOf(workload)
          if (labelSelector === '') return [] // a CronJob's pods come and go
          const where = { namespace: workload.metadata.namespace ?? 'default', labelSelector }
          return (await asking(client, 'list pods', () => client.list(pods, where, { signal }))).items
        }),
      )
      return selected.flat()
    },
  }
}

function asking<T>(client: KubernetesClient, what: string, ask: () => Promise<T>): Promise<T>
function asking<T>(
  client: KubernetesClient,
  what: string,
  ask: () => Promise<T>,
  mode: 'absent',
): Promise<T | undefined>
async function asking<T>(
  { server }: KubernetesClient,
  what: string,
  ask: () => Promise<T>,
  mode?: 'absent',
): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    const { reason, message } = error
    if (reason === 'not-found' && mode === 'absent') return undefined
    if (reason !== 'unauthorized' && reason !== 'forbidden') {
      throw new OutOfReachError(`${server} does not ${what}: ${message}`, { cause: error })
    }
    throw new ConfigurationError({
      problem: `${server} does not let us ${what}: ${message}`,
      place: { input: 'kubeconfig' },
      cure:
        reason === 'forbidden'
          ? `Allow ${what} to whoever the kubeconfig is for`
          : 'The token may have expired: mint one for this run that lives as long as it',
      cause: error,
    })
  }
}

/** A workload's selector as the API takes it in a query. */
function selectorOf({ spec: { selector } }: Workload): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const sets = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    switch (operator) {
      case 'In':
        return `${key} in (${(values ?? []).join(',')})`
      case 'NotIn':
        return `${key} notin (${(values ?? []).join(',')})`
      case 'DoesNotExist':
        return `!${key}`
      default:
        return key
    }
  })
  return [...equal, ...sets].join(',')
}
