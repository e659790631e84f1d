import { ConfigurationError } from '../../configuration/index.ts'
import { readPin, setPin } from '../manifests/index.ts'
import type { Change, Tree } from '../repository/index.ts'
import type { Image, Release } from './release.ts'

/** What a cluster's folder holds for an app: the image of its kustomization, and the tree of its copy of `base/`. */
export type Pinned = { tag?: string; digest?: string; base?: string }

export const clusterFolder = (app: string, cluster: string) => `apps/${app}/clusters/${cluster}`
export const pinFile = (app: string, cluster: string) => `${clusterFolder(app, cluster)}/kustomization.yaml`

/**
 * Reads the pin of an app's image in a cluster's folder; undefined where the cluster has no such folder yet. Throws a
 * ConfigurationError when the kustomization is not understood, or has one of the other names that kustomize reads: one
 * of ours beside it would be one too many.
 */
export function readPinned(tree: Tree, app: string, cluster: string, image: string): Pinned | undefined {
  const file = pinFile(app, cluster)
  const text = tree.read(file)
  refuseOtherNames(tree, app, cluster)
  if (text === undefined) return undefined
  const { tag, digest } = readPin(text, file, image)
  const base = tree.id(`${clusterFolder(app, cluster)}/base`)
  return {
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    ...(base !== undefined && { base }),
  }
}

/** Whether a folder holds a release: tag, digest and configuration. A mirror named by `newName` makes no difference. */
export function holds(pinned: Pinned | undefined, release: Release): boolean {
  return pinned?.digest === release.digest && pinned.tag === release.tag && pinned.base === release.base
}

/** The pin as a release that could be put back, or undefined when it says too little. */
export function asRelease(pinned: Pinned | undefined, repository: string): Release | undefined {
  if (pinned?.tag === undefined || pinned.digest === undefined || pinned.base === undefined) return undefined
  return { repository, tag: pinned.tag, digest: pinned.digest, base: pinned.base }
}

/** The changes that pin a release: the image edited in place, and the copy of `base/`; the folder is made if need be. */
export function pinChanges(tree: Tree, app: string, cluster: string, image: string, release: Release): Change[] {
  const file = pinFile(app, cluster)
  const copy = `${clusterFolder(app, cluster)}/base`
  const text = tree.read(file)
  refuseOtherNames(tree, app, cluster)
  const changes: Change[] = []
  if (text === undefined) changes.push({ path: file, text: scaffold(image, release) })
  else {
    const { newName } = readPin(text, file, image)
    const { tag, digest } = release
    const edited = setPin(text, file, image, { repository: newName ?? image, tag, digest })
    if (edited !== text) changes.push({ path: file, text: edited })
  }
  if (tree.id(copy) !== release.base) changes.push({ path: copy, tree: release.base })
  return changes
}

function refuseOtherNames(tree: Tree, app: string, cluster: string): void {
  const folder = clusterFolder(app, cluster)
  const other = ['kustomization.yml', 'Kustomization'].find(name => tree.id(`${folder}/${name}`) !== undefined)
  if (other === undefined) return
  throw new ConfigurationError({
    problem: 'the pin is kept in kustomization.yaml, and kustomize refuses two kustomizations in a folder',
    place: { file: `${folder}/${other}` },
    cure: `Rename it: git mv ${folder}/${other} ${folder}/kustomization.yaml`,
  })
}

/** The kustomization of a cluster that receives its first release. */
function scaffold(image: string, { tag, digest }: Image): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - base
images:
  - name: ${image}
    newName: ${image}
    newTag: ${JSON.stringify(tag)}
    digest: ${digest}
`
}
