import type { ClusterRole, ClusterState } from '../../../gitops/fleet/index.ts'
import type { Tree } from '../../../gitops/repository/index.ts'
import { treeOf } from '../../support/tree.ts'

type Asked = {
  /** The load balancer's runtime API. */
  address: string
  roles: Readonly<Record<string, ClusterRole>>
  active: readonly string[]
  /** What the others are: inactive when left out. */
  others?: ClusterState
}

/** The files of a GitOps repository with these clusters, `canaryShare` 5 and the backend `fleet`. */
export function fleetFiles({ address, roles, active, others = 'inactive' }: Asked): Record<string, string> {
  const settings = `{ canaryShare: 5, loadBalancer: { kind: haproxy, address: '${address}', backend: fleet } }`
  return {
    'fleet.yaml': document('Fleet', 'fleet', settings),
    ...Object.fromEntries(
      Object.entries(roles).map(([name, role]) => [
        `clusters/${name}.yaml`,
        document('Cluster', name, `{ role: ${role}, state: ${active.includes(name) ? 'active' : others} }`),
      ]),
    ),
  }
}

export function fleetTree(asked: Asked): Tree {
  return treeOf(fleetFiles(asked))
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`
}
