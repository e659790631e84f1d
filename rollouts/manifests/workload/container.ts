import type { IContainer } from 'kubernetes-models/v1/Container'
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar'
import { type App, clusterLabel, defaults, ports } from './app.ts'

export type ContainerOptions = {
  /** As Kubernetes writes quantities: `250m`, `256Mi`. */
  cpu: string
  memory: string
  /** Seconds that it may take to start; 60 when left out. */
  startWithin?: number
  /** Seconds that it goes on serving after it was told to end, while load balancers take notice; 5 when left out. */
  drain?: number
  env?: readonly IEnvVar[]
}

/**
 * No CPU limit: throttling makes a service slow while its node is idle. As much memory requested as may be used: a node
 * that runs out of memory kills whoever uses more than they asked for.
 */
export function resources({ cpu, memory }: Pick<ContainerOptions, 'cpu' | 'memory'>) {
  return { requests: { cpu, memory }, limits: { memory } }
}

/**
 * Probes on the observability port. Until the first success of the start-up probe the others wait; liveness asks only
 * whether somebody listens, so that a service that is not ready, for its database or its end, is not killed for it.
 */
export function probes({ observability = {} }: App, startWithin = 60) {
  const { health } = { ...defaults.observability, ...observability }
  const asked = { httpGet: { path: health, port: ports.observability } }
  return {
    startupProbe: { ...asked, periodSeconds: 2, failureThreshold: Math.ceil(startWithin / 2) },
    readinessProbe: { ...asked, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { tcpSocket: { port: ports.observability }, periodSeconds: 10, failureThreshold: 3 },
  }
}

/** The app's container. DEPLOYED_IMAGE is filled in by the cluster's kustomization, CLUSTER from the pod's label. */
export function container(app: App, { cpu, memory, startWithin, drain = 5, env = [] }: ContainerOptions): IContainer {
  const { name, image, port = defaults.port, observability = {} } = app
  return {
    name,
    image,
    ports: [
      { name: ports.service, containerPort: port },
      { name: ports.observability, containerPort: observability.port ?? defaults.observability.port },
    ],
    env: [
      { name: 'APP', value: name },
      { name: 'CLUSTER', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${clusterLabel}']` } } },
      { name: deployedImage, value: 'unknown' },
      ...env,
    ],
    resources: resources({ cpu, memory }),
    ...probes(app, startWithin),
    lifecycle: { preStop: { sleep: { seconds: drain } } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  }
}

/** The variable that tells the app which image it runs, so that its metrics say of which release they are. */
export const deployedImage = 'DEPLOYED_IMAGE'
