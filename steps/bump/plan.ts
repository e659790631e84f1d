import { ConfigurationError } from '../../configuration/index.ts'
import { type Cluster, type Pipeline, pipelineOf, readFleet, selectClusters } from '../../gitops/fleet/index.ts'
import { type Pin, readPin, setPin } from '../../gitops/manifests/index.ts'
import type { Image } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { diffFile } from './diff.ts'
import type { Guard, Question } from './guard.ts'
import type { BumpRequest } from './request.ts'

/** A cluster whose pin changes: what it was, and whether its copy of `base/` changes too. */
export type ClusterBump = { cluster: string; from: Pin; base: 'copied' | 'unchanged' }

/** A cluster left out, and why. */
export type LeftOut = { cluster: string; reason: string }

/** The edit that a request asks of one tree. With `refused` ones nothing is to be written. */
export type BumpPlan = {
  bumped: readonly ClusterBump[]
  /** Clusters that hold the pin already. */
  unchanged: readonly string[]
  /** Clusters that receive no releases in the state they are in. */
  skipped: readonly LeftOut[]
  refused: readonly LeftOut[]
  overridden: readonly LeftOut[]
  /** Clusters that an override puts on record, also where the pin holds already. */
  recorded: readonly string[]
  changes: readonly Change[]
  /** Unified, of the pins; copies of `base/` are one line each. */
  diff: string
}

/**
 * Derives the edit of a tree: for each selected cluster the image in its kustomization and, where the app has a
 * pipeline and a `base/`, the cluster's copy of it. Pure. `now` is in milliseconds since the epoch. Throws a
 * ConfigurationError for an app, cluster or file that does not exist or cannot be edited without guessing.
 */
export function planBump(tree: Tree, request: BumpRequest, guard: Guard, now: number): BumpPlan {
  const { app, image, override } = request
  const pipeline = pipelineOf(tree, app)
  if (pipeline) requireOwn(image, pipeline)
  const fleet = readFleet(tree)
  const selected = selectClusters(request.clusters, fleet.clusters, { input: 'clusters' })
  const receiving = selected.filter(cluster => override !== undefined || receives(cluster))
  const edits = receiving.map(cluster => editCluster(tree, { app, fleet, pipeline, image, cluster }))
  const changed = edits.filter(edit => edit.changes.length > 0)
  const against = changed.flatMap(({ question }) => {
    const reason = guard.refusal(question)
    return reason === undefined ? [] : [{ cluster: question.cluster.name, reason, question }]
  })
  const refused = new Set(against.map(({ cluster }) => cluster))
  const unrecorded = edits
    .map(({ question }) => question)
    .filter(question => refused.has(question.cluster.name) || !guard.isRecorded(question))
  const recorded = override === undefined ? [] : unrecorded
  const records =
    override === undefined || recorded.length === 0 ? [] : guard.record(recorded, override, new Date(now).toISOString())
  const leftOut = against.map(({ cluster, reason }) => ({ cluster, reason }))
  return {
    bumped: changed.map(({ bump }) => bump),
    unchanged: edits.filter(edit => edit.changes.length === 0).map(({ bump }) => bump.cluster),
    skipped: selected
      .filter(cluster => !receiving.includes(cluster))
      .map(({ name, state }) => ({
        cluster: name,
        reason: `it is ${state}, and only active and joining clusters receive releases`,
      })),
    refused: override === undefined ? leftOut : [],
    overridden: override === undefined ? [] : leftOut,
    recorded: records.length === 0 ? [] : recorded.map(({ cluster }) => cluster.name),
    changes: [...changed.flatMap(edit => edit.changes), ...records],
    diff: changed.flatMap(edit => edit.diff).join('\n'),
  }
}

type Edit = { bump: ClusterBump; changes: Change[]; diff: string[]; question: Question }

function editCluster(tree: Tree, about: Omit<Question, 'tree' | 'base'>): Edit {
  const { app, pipeline, cluster, image } = about
  const folder = `apps/${app}/clusters/${cluster.name}`
  const file = `${folder}/kustomization.yaml`
  const text = tree.read(file)
  if (text === undefined) {
    throw new ConfigurationError({
      problem: `${app} has no folder for cluster ${cluster.name}`,
      place: { file },
      cure: 'Write the file with an entry under images, or leave the cluster out',
    })
  }
  const named = pipeline?.image ?? image.repository
  const from = readPin(text, file, named)
  const edited = setPin(text, file, named, { ...image, repository: from.newName ?? named })
  const base = pipeline && tree.id(`apps/${app}/base`)
  const copied = base !== undefined && tree.id(`${folder}/base`) !== base
  const changes: Change[] = []
  const diff: string[] = []
  if (edited !== text) {
    changes.push({ path: file, text: edited })
    diff.push(diffFile(file, text, edited))
  }
  if (copied) {
    changes.push({ path: `${folder}/base`, tree: base })
    diff.push(`${folder}/base: now as apps/${app}/base (tree ${base.slice(0, 12)})`)
  }
  const bump: ClusterBump = { cluster: cluster.name, from, base: copied ? 'copied' : 'unchanged' }
  return { bump, changes, diff, question: { ...about, tree, base } }
}

function receives({ state }: Cluster): boolean {
  return state === 'active' || state === 'joining'
}

function requireOwn(image: Image, pipeline: Pipeline): void {
  if (image.repository === pipeline.image) return
  throw new ConfigurationError({
    problem: `not an image of ${pipeline.app}, whose pipeline names ${pipeline.image}`,
    place: { input: 'image' },
    value: image.repository,
    cure: `Push to ${pipeline.image}, or change spec.image in apps/${pipeline.app}/pipeline.yaml`,
  })
}
