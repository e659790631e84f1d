import { z } from 'zod'
import { glob } from './glob.ts'
import type { Project } from './project.ts'

/** A kind of objects; the core group's name is empty. */
export type Kind = { group: string; kind: string }

const object = z.object({ apiVersion: z.string(), kind: z.string() })

/** The kind of an object; undefined for what is none, or for kustomize alone. */
export function kindOf(value: unknown): Kind | undefined {
  const read = object.safeParse(value)
  if (!read.success || ['Kustomization', 'Component'].includes(read.data.kind)) return undefined
  const { apiVersion, kind } = read.data
  return { group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', kind }
}

/** Whether a project's Applications may have objects of a kind (app_project_types.go, IsGroupKindNamePermitted). */
export function permitsKind({ spec }: Pick<Project, 'spec'>, kind: Kind): boolean {
  const inCluster = isIn(spec.clusterResourceWhitelist, kind) && !isIn(spec.clusterResourceBlacklist, kind)
  if (scopeOf(kind) === 'cluster') return inCluster
  const { namespaceResourceWhitelist: allowed, namespaceResourceBlacklist: refused } = spec
  const inNamespace = (allowed === undefined || isIn(allowed, kind)) && !isIn(refused, kind)
  return scopeOf(kind) === 'namespace' ? inNamespace : inNamespace || inCluster
}

function isIn(list: readonly Kind[], { group, kind }: Kind): boolean {
  return list.some(each => glob(each.group).test(group) && glob(each.kind).test(kind))
}

/** Whether objects of a kind are in a namespace; undefined for a kind that is not known here. */
export function scopeOf({ group, kind }: Kind): 'cluster' | 'namespace' | undefined {
  if (clusterKinds.get(group)?.includes(kind)) return 'cluster'
  const isOfKubernetes = namespacedGroups.includes(group) || (group.endsWith('.k8s.io') && clusterKinds.has(group))
  return isOfKubernetes ? 'namespace' : undefined
}

/** Groups of Kubernetes of which every other kind has a namespace. */
const namespacedGroups = ['', 'apps', 'autoscaling', 'batch', 'coordination.k8s.io', 'discovery.k8s.io', 'policy']

/** Kinds without a namespace: all of Kubernetes' own, and those that the platform's charts bring. */
const clusterKinds: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '': ['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'],
    'admissionregistration.k8s.io': [
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
    ],
    'apiextensions.k8s.io': ['CustomResourceDefinition'],
    'apiregistration.k8s.io': ['APIService'],
    'argoproj.io': ['ClusterAnalysisTemplate', 'ClusterWorkflowTemplate'],
    'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
    'cilium.io': [
      'CiliumClusterwideEnvoyConfig',
      'CiliumClusterwideNetworkPolicy',
      'CiliumEgressGatewayPolicy',
      'CiliumExternalWorkload',
      'CiliumIdentity',
      'CiliumLoadBalancerIPPool',
      'CiliumNode',
    ],
    'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
    'keda.sh': ['ClusterTriggerAuthentication'],
    'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
    'node.k8s.io': ['RuntimeClass'],
    'postgresql.cnpg.io': ['ClusterImageCatalog'],
    'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
    'resource.k8s.io': ['DeviceClass', 'DeviceTaintRule', 'ResourceSlice'],
    'scheduling.k8s.io': ['PriorityClass'],
    'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
  }),
)
