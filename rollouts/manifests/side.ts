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
 * What ran before, started anew beside the release on its cluster, with as much traffic and the label `track=baseline`
 * on its series and its pods: young processes are compared with young ones.
 */
export const baseline: Side = {
  name: 'baseline',
  series: { app, cluster: here, track: 'baseline', digest: reference(stableDigest) },
  pods: podsOf({ label_track: 'baseline' }),
  args: [service, cluster, stableDigest],
  knownBy: stableDigest,
}

/** The release beside a baseline. A change of configuration alone has the baseline's digest: the track tells them apart. */
export const besideBaseline: Side = {
  ...release,
  series: { ...release.series, track: { not: 'baseline' } },
  pods: podsOf({ label_track: { not: 'baseline' } }),
}

/** The pods of one track within the cluster that is judged, as a Rollout's canaryMetadata and stableMetadata name them. */
export function track(name: 'canary' | 'stable' | 'baseline'): Side {
  return {
    name,
    series: { app, cluster: here, track: name },
    pods: podsOf({ label_track: name }),
    args: [service, cluster],
  }
}

/** By labels of pods, which kube-state-metrics shows with `--metric-labels-allowlist=pods=[track,app.kubernetes.io/name]`. */
function podsOf(matchers: Matchers): Side['pods'] {
  return {
    metric: 'kube_pod_labels',
    matchers: { cluster: here, label_app_kubernetes_io_name: app, ...matchers },
  }
}
