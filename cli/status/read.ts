import { z } from 'zod'
import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import {
  appNames,
  type ClusterRole,
  type ClusterState,
  type Pipeline,
  pipelineOf,
  readFleet,
  shares,
} from '../../gitops/fleet/index.ts'
import { readPin } from '../../gitops/manifests/index.ts'
import type { QuarantineEntry, Release } from '../../gitops/promotion/index.ts'
import {
  awaitedApproval,
  exactNameOf,
  protocol,
  quarantineOf,
  readState,
  recordOf,
} from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'

/** What runs where and why, as Git says it at one commit. Published as the JSON of `stovepipe status --json`. */
export type FleetStatus = {
  commit: string
  canaryShare: number
  clusters: readonly ClusterStatus[]
  apps: readonly AppStatus[]
  /** Files that could not be read, one message each; what depends on them is missing above. */
  faults: readonly string[]
}

/** `share` is in percent of the traffic at the shared load balancer. */
export type ClusterStatus = {
  name: string
  role: ClusterRole | null
  state: ClusterState
  share: number
  labels: Readonly<Record<string, string>>
}

/** `release` is the one under way or last carried, `next` the one that waits behind it. */
export type AppStatus = {
  name: string
  pipeline: boolean
  release: (Named & { phase: string; reason: string | null }) | null
  next: Named | null
  /** The person's approval that `release` waits for: of which wave's gate, asked of which environment's reviewers. */
  approval: { wave: string; environment: string; release: string } | null
  suspended: { at: string; by: string; reason: string } | null
  pins: readonly PinStatus[]
  quarantine: readonly QuarantineEntry[]
}

/** A release by its image's tag and digest, and the tree of its configuration. */
type Named = { tag: string; digest: string; base: string }

/** What one cluster's folder holds. `currentBase` tells whether its copy of `base/` is what `base/` is now. */
export type PinStatus = {
  cluster: string
  images: readonly { repository: string; tag: string | null; digest: string | null }[]
  base: string | null
  currentBase: boolean
}

/** Reads the whole fleet from a tree. Throws only for a fleet that cannot be read; an app's fault leaves the others. */
export function readStatus(tree: Tree): FleetStatus {
  const fleet = readFleet(tree)
  const share = shares(fleet)
  const faults: string[] = []
  const apps = appNames(tree).map(name => attempt(faults, () => readApp(tree, name, faults)))
  return {
    commit: tree.commit,
    canaryShare: fleet.settings.canaryShare,
    clusters: fleet.clusters.map(({ name, role, state, labels }) => ({
      name,
      role: role ?? null,
      state,
      share: share.get(name) ?? 0,
      labels,
    })),
    apps: apps.filter(app => app !== undefined),
    faults,
  }
}

function readApp(tree: Tree, name: string, faults: string[]): AppStatus {
  const pipeline = attempt(faults, () => pipelineOf(tree, name))
  const image = pipeline?.image
  const folders = tree.list(`apps/${name}/clusters`).filter(({ kind }) => kind === 'tree')
  const pins = folders.map(folder => attempt(faults, () => readPinned(tree, name, folder.name, image)))
  const record = attempt(faults, () => recordOf(tree, name))
  const { current, next, suspended } = record ?? {}
  return {
    name,
    pipeline: tree.id(`apps/${name}/pipeline.yaml`) !== undefined,
    release: current ? { ...named(current.release), phase: current.phase, reason: current.reason ?? null } : null,
    next: next ? named(next.release) : null,
    approval: attempt(faults, () => readApproval(tree, name, pipeline)) ?? null,
    suspended: suspended ?? null,
    pins: pins.filter(pin => pin !== undefined),
    quarantine: attempt(faults, () => quarantineOf(tree, name)) ?? [],
  }
}

/** What waits for a person; only a pipeline that asks for approvals is planned for. */
function readApproval(tree: Tree, app: string, pipeline: Pipeline | undefined): AppStatus['approval'] {
  if (!pipeline?.waves.some(({ gate }) => gate.approval)) return null
  const awaited = awaitedApproval(readState(tree, app), protocol)
  return awaited
    ? { wave: awaited.wave, environment: awaited.environment, release: exactNameOf(awaited.release) }
    : null
}

function named({ tag, digest, base }: Release): Named {
  return { tag, digest, base }
}

function readPinned(tree: Tree, app: string, cluster: string, image: string | undefined): PinStatus {
  const folder = `apps/${app}/clusters/${cluster}`
  const file = `${folder}/kustomization.yaml`
  const text = tree.read(file)
  if (text === undefined)
    throw new ConfigurationError({ problem: 'there is no kustomization.yaml', place: { file: folder } })
  const base = tree.id(`${folder}/base`)
  return {
    cluster,
    images: image === undefined ? allImages(text, file) : [pinned(text, file, image)],
    base: base ?? null,
    currentBase: base === tree.id(`apps/${app}/base`),
  }
}

function pinned(text: string, file: string, image: string): PinStatus['images'][number] {
  const { newName, tag, digest } = readPin(text, file, image)
  return { repository: newName ?? image, tag: tag ?? null, digest: digest ?? null }
}

const kustomization = z.object({
  images: z
    .array(
      z.object({
        name: z.string(),
        newName: z.string().optional(),
        newTag: z.coerce.string().optional(),
        digest: z.string().optional(),
      }),
    )
    .default([]),
})

/** For an app without a pipeline nothing says which image is its own. */
function allImages(text: string, file: string): PinStatus['images'] {
  const found = kustomization.safeParse(readDocument(text, file).value)
  if (!found.success)
    throw new ConfigurationError({ problem: 'images: not a list of kustomize images', place: { file } })
  return found.data.images.map(({ name, newName, newTag, digest }) => ({
    repository: newName ?? name,
    tag: newTag ?? null,
    digest: digest ?? null,
  }))
}

function attempt<T>(faults: string[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    faults.push(error.message)
    return undefined
  }
}
