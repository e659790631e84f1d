import type { Manifest } from '../manifest.ts'
import { type App, clusterLabel } from './app.ts'
import { deployedImage } from './container.ts'

/** The part of kustomize's Kustomization that is used. */
export type Kustomization = {
  apiVersion: 'kustomize.config.k8s.io/v1beta1'
  kind: 'Kustomization'
  namespace?: string
  resources: string[]
  labels?: { pairs: Record<string, string>; fields: { path: string; kind: string; create: boolean }[] }[]
  images?: { name: string; newName: string; newTag: string; digest: string }[]
  patches?: { target?: { kind: string; name: string }; patch: string }[]
  replacements?: Replacement[]
}

type Replacement = {
  source: { kind: string; name: string; fieldPath: string }
  targets: { select: { kind: string; name: string }; fieldPaths: string[]; options: { create: boolean } }[]
}

const header = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const

/** The base of an app: nothing but the files beside it, so that a copy renders the same for ever. */
export function base(files: readonly string[]): Manifest<Kustomization> {
  return { resource: { ...header, resources: [...files] } }
}

export type ClusterFolderOptions = {
  /** The kind of the app's workload; a Rollout when left out. */
  kind?: string
  /** Whether a Rollout takes no steps there: for a cluster that has too little traffic to judge a canary by. */
  withoutSteps?: boolean
}

/** The folder of one cluster: its copy of the base, its name, and its pin, which the kit writes from the first release on. */
export function clusterFolder(
  app: App,
  cluster: string,
  { kind = 'Rollout', withoutSteps = false }: ClusterFolderOptions = {},
): Manifest<Kustomization> {
  const { name, image } = app
  return {
    resource: {
      ...header,
      namespace: name,
      resources: ['base'],
      labels: [
        {
          pairs: { [clusterLabel]: cluster },
          fields: [{ path: 'spec/template/metadata/labels', kind, create: true }],
        },
      ],
      ...(withoutSteps && { patches: [{ target: { kind, name }, patch: noSteps }] }),
      images: [{ name: image, newName: image, newTag: `sha-${'0'.repeat(12)}`, digest: `sha256:${'0'.repeat(64)}` }],
      replacements: [imageTold(name, kind)],
    },
    comments: [
      { path: ['resources', 0], text: "This cluster's copy of ../../base, written together with the pin." },
      {
        path: ['labels'],
        text: 'Which cluster it is: for analyses on the Rollout, for the app and its metrics on the pods.',
      },
      ...(withoutSteps
        ? [{ path: ['patches'], text: 'No steps: there is too little traffic here to judge a canary by.' }]
        : []),
      { path: ['replacements'], text: 'Tells the app which image it is: its metrics say of which release they are.' },
    ],
  }
}

const noSteps = '- op: remove\n  path: /spec/strategy/canary/steps\n'

/** Hands the image, with the tag and digest of the pin, to the container and to whoever looks at the pod. */
export function imageTold(name: string, kind: string): Replacement {
  return {
    source: { kind, name, fieldPath: 'spec.template.spec.containers.0.image' },
    targets: [
      {
        select: { kind, name },
        fieldPaths: [
          `spec.template.spec.containers.[name=${name}].env.[name=${deployedImage}].value`,
          'spec.template.metadata.annotations.[stovepipe.dev/image]',
        ],
        options: { create: true },
      },
    ],
  }
}
