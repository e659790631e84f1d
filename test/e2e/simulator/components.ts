import { fileURLToPath } from 'node:url'

/** A program of the control plane: a main package of a Go module that one folder of `components/` pins. */
export type Component = {
  /** The folder below `components/` with its `go.mod` and `go.sum`. */
  folder: string
  package: string
  /** Set at link time, as the project's own release build does. */
  variables?: Readonly<Record<string, string>>
}

const kubernetes = {
  folder: 'kubernetes',
  variables: {
    'k8s.io/component-base/version.gitVersion': 'v1.34.4',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
  },
}

/** Everything the simulator can run. One module per project keeps their pins apart. */
export const components = {
  etcd: { folder: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  'kube-controller-manager': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-controller-manager' },
  'kube-scheduler': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  kwok: { folder: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  'rollouts-controller': {
    folder: 'argo-rollouts',
    package: 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller',
  },
  argocd: {
    folder: 'argo-cd',
    package: 'github.com/argoproj/argo-cd/v3/cmd',
    variables: { 'github.com/argoproj/argo-cd/v3/common.version': '3.2.3' },
  },
  kustomize: { folder: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
  buildx: { folder: 'buildx', package: 'github.com/docker/buildx/cmd/buildx' },
  buildkitd: { folder: 'buildx', package: 'github.com/moby/buildkit/cmd/buildkitd' },
  act: { folder: 'act', package: 'github.com/nektos/act' },
} satisfies Record<string, Component>

export type ComponentName = keyof typeof components

/** What a hub and clusters need; the others build images and run workflows. */
export const controlPlane = [
  ...(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const),
  ...(['rollouts-controller', 'argocd', 'kustomize'] as const),
] satisfies readonly ComponentName[]

export function isComponent(name: string): name is ComponentName {
  return name in components
}

/** The folder with a component's `go.mod`. */
export function moduleFolder(folder: string): string {
  return fileURLToPath(new URL(`../components/${folder}`, import.meta.url))
}
