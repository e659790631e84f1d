import type { Case, Place } from './play.ts'
import { counter, gauge, type Labels, type Reset } from './samples.ts'

/** A pod of a service, whose sidecar is busier than any service, as cAdvisor and kube-state-metrics tell of it. */
export type Pod = {
  name: string
  /** Where it is, by the labels that tell pods apart: what is left out is as for the release. */
  container?: string
  cluster?: string
  digest?: string
  track?: string
  /** The app it belongs to; its container's name when left out. */
  app?: string
  /** CPUs used of the 2 requested; bytes of the 1000 that are its limit. */
  cpu?: number
  memory?: number
  resetAt?: Reset
  /** The container was replaced half way: there are two series of it. */
  replaced?: boolean
}

/** The pods of a world. What is not the service's own is told twice, as by two kube-state-metrics. */
export function pods(list: (place: Place) => readonly Pod[]): Case['world'] {
  return place =>
    list(place)
      .map(pod => shown(pod, place))
      .join('')
}

function shown(pod: Pod, place: Place): string {
  const { container = place.service, cluster = place.cluster, digest = 'sha256:new', track = 'canary' } = pod
  const { cpu = 0.5, memory = 300, resetAt, replaced = false } = pod
  const at = { cluster, namespace: place.service, pod: `${cluster}-${pod.name}` }
  const inPod = { ...at, container }
  const proxy = { ...at, container: 'proxy' }
  const ids = replaced ? ['old', 'new'] : ['new']
  return [
    counter('container_cpu_usage_seconds_total', proxy, 5),
    gauge('container_memory_working_set_bytes', proxy, 5000),
    ...ids.map(id => counter('container_cpu_usage_seconds_total', { ...inPod, id }, id === 'new' ? cpu : 0, resetAt)),
    ...ids.map(id => gauge('container_memory_working_set_bytes', { ...inPod, id }, id === 'new' ? memory : 10)),
    ...['a', 'b'].flatMap(instance => [
      gauge('kube_pod_container_resource_requests', { ...inPod, resource: 'cpu', unit: 'core', instance }, 2),
      gauge('kube_pod_container_resource_requests', { ...inPod, resource: 'memory', unit: 'byte', instance }, 1000),
      gauge('kube_pod_container_resource_limits', { ...inPod, resource: 'memory', unit: 'byte', instance }, 1000),
      gauge('kube_pod_container_info', { ...inPod, image_id: `ghcr.io/acme/x@${digest}`, instance }, 1),
      labelled({ ...at, instance }, pod.app ?? container, track),
    ]),
  ].join('')
}

function labelled(at: Labels, service: string, track: string): string {
  return gauge('kube_pod_labels', { ...at, label_app_kubernetes_io_name: service, label_track: track }, 1)
}
