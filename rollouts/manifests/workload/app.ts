/** An app as its manifests name it: one image, served on one port, observed on another. */
export type App = {
  /** Of its objects, its container, its namespace, and of `app` in its series. */
  name: string
  /** Repository of the image, without tag: the pin is the cluster folder's. */
  image: string
  /** Where it serves, 8080 when left out. */
  port?: number
  /** Where it says how it is and what it does, 2345 when left out: no client ever reaches it. */
  observability?: { port?: number; health?: string; metrics?: string }
}

export const defaults = { port: 8080, observability: { port: 2345, health: '/healthz', metrics: '/metrics' } }

/** The names of the two ports, by which everything else refers to them. */
export const ports = { service: 'http', observability: 'operations' } as const

/** The label that a cluster's kustomization gives to objects and pods, and Prometheus to their series. */
export const clusterLabel = 'stovepipe.dev/cluster'

/** What selects an app's pods; it never changes, because selectors cannot. */
export function selectorOf({ name }: App): Record<string, string> {
  return { 'app.kubernetes.io/name': name }
}

/** The metadata of an app's object. The namespace is the kustomization's. */
export function metadataOf(app: App, name = app.name): { name: string; labels: Record<string, string> } {
  return { name, labels: selectorOf(app) }
}
