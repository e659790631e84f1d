import type { Client, KubernetesObject, Reference } from './client.ts'
import { createCrds } from './crds.ts'

/**
 * Operators that the template's apps need and that do not run here: KEDA, the Prometheus operator and Sealed Secrets.
 * Their CRDs are there, from their own modules, so that the API server judges what the apps ask of them.
 */
const crds = [
  ['github.com/kedacore/keda/v2', 'config/crd/bases'],
  [
    'github.com/prometheus-operator/prometheus-operator',
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
  ],
  ['github.com/bitnami-labs/sealed-secrets', 'helm/sealed-secrets/crds'],
] as const

/** Installs the CRDs of the operators that do not run here. */
export async function createOperatorCrds(client: Client): Promise<void> {
  for (const [module, path] of crds) await createCrds(client, 'operators', module, path)
}

const scaledObjectReady = {
  type: 'Ready',
  status: 'True',
  reason: 'ScaledObjectReady',
  message: 'ScaledObject is defined correctly and is ready for scaling',
}

/**
 * What stands in for those operators, as stages of kwok: what a custom resource's status says once its operator has seen
 * it, which is what Argo CD's health checks read. Nothing is scaled and no Secret is unsealed.
 */
export const standIns: readonly KubernetesObject[] = [
  becomes('ScaledObject', 'keda.sh/v1alpha1', scaledObjectReady.type, scaledObjectReady.message),
  becomes('SealedSecret', 'bitnami.com/v1alpha1', 'Synced', ''),
]

/** Has a ScaledObject say what KEDA says of it while its Prometheus cannot be asked, or once it can be again. */
export async function fallBack(client: Client, scaledObject: Reference, isAway: boolean): Promise<void> {
  const fallback = isAway
    ? {
        status: 'True',
        reason: 'FallbackExists',
        message: 'At least one trigger is falling back on this scaled object',
      }
    : { status: 'False', reason: 'NoFallbackFound', message: 'No fallbacks are active on this scaled object' }
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '')
  const conditions = [scaledObjectReady, { type: 'Fallback', ...fallback }].map(each => ({
    ...each,
    lastTransitionTime,
  }))
  await client.patch(scaledObject, { status: { conditions } }, { status: true })
}

function becomes(kind: string, apiGroup: string, condition: string, message: string): KubernetesObject {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: `${kind.toLowerCase()}-${condition.toLowerCase()}` },
    spec: {
      resourceRef: { apiGroup, kind },
      selector: {
        matchExpressions: [
          {
            key: `.status.conditions.[] | select( .type == "${condition}" ) | .status`,
            operator: 'NotIn',
            values: ['True'],
          },
        ],
      },
      next: {
        statusTemplate: [
          'conditions:',
          `- type: ${condition}`,
          '  status: "True"',
          `  message: ${JSON.stringify(message)}`,
          '  reason: StandIn',
          '  lastTransitionTime: {{ Now | Quote }}',
          '  lastUpdateTime: {{ Now | Quote }}',
        ].join('\n'),
      },
    },
  }
}
