import { type Argument, cluster, digest, reference, service, stableDigest } from './argument.ts'
import type { Matchers } from './selector.ts'

/** Whose series a query reads: the release that is judged, or what it is compared with. */
export type Side = {
  /** As it stands in the names of metrics: `stable`. */
  name: string
  /** Selects the service's own series. */
  series: Matchers
  /** Selects its pods in one of kube-state-metrics' series of value 1 with the labels namespace and pod. */
  pods: { metric: 'kube_pod_container_info' | 'kube_pod_labels'; matchers: Matchers }
  args: readonly Argument[]
  /** The argument that is `none` as long as there cannot be such a side. */
  knownBy?: Argument
}

const app = reference(service)
const here = reference(cluster)

/** The release that a gate judges: one digest on one cluster. Of pods, what really runs: the digest of the image id. */
export const release: Side = {
  name: 'release',
  series: { app, cluster: here, digest: reference(digest) },
  pods: {
    metric: 'kube_pod_container_info',
    matchers: { cluster: here, container: app, image_id: { matches: `.*@${reference(digest)}` } },
  },
  args: [service, cluster, digest],
}

/**
 * What ran before, on the other clusters of the stable track. Without the digest, a cluster that is ahead (dev, or the
 * primaries of an earlier batch) would be taken for stable; without `cluster!=`, a change of configuration alone would
 * be compared with itself. Series of containers carry no track: there the digest and the cluster must do.
 */
export const stable: Side = {
  name: 'stable',
  series: { app, cluster: { not: here }, track: 'stable', digest: reference(stableDigest) },
  pods: {
    metric: 'kube_pod_container_info',
    matchers: { cluster: { not: here }, container: app, image_id: { matches: `.*@${reference(stableDigest)}` } },
  },
  args: [service, cluster, stableDigest],
  knownBy: stableDigest,
}

/**
 * What ran before, started anew beside the release with as much traffic, on whatever cluster: young processes are
 * compared with young ones. Of pods, those with the label `track: baseline`.
 */
export const baseline: Side = {
  name: 'baseline',
  series: { app, track: 'baseline', digest: reference(stableDigest) },
  pods: { metric: 'kube_pod_labels', matchers: { label_track: 'baseline', label_app_kubernetes_io_name: app } },
  args: [service, stableDigest],
  knownBy: stableDigest,
}

/** The pods of one track within the cluster that is judged, as a Rollout's canaryMetadata and stableMetadata name them. */
export function track(name: 'canary' | 'stable' | 'baseline'): Side {
  return {
    name,
    series: { app, cluster: here, track: name },
    pods: {
      metric: 'kube_pod_labels',
      matchers: { cluster: here, label_track: name, label_app_kubernetes_io_name: app },
    },
    args: [service, cluster],
  }
}
