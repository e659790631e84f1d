import { ConfigurationError } from '../../configuration/index.ts'
import { appNames, type Cluster, type Fleet, type Pipeline, pipelineOf, readFleet, requireApp } from '../fleet/index.ts'
import type { Tree } from '../repository/index.ts'
import { type Pinned, readPinned } from './pins.ts'
import { type QuarantineEntry, quarantineFile, readQuarantine } from './quarantine.ts'
import { emptyRecord, type ReleaseRecord } from './record.ts'
import { readRecord, recordFile } from './record-file.ts'

const fleets = memory<Fleet>()
const pipelines = memory<Pipeline | undefined>()
const records = memory<ReleaseRecord>()
const quarantines = memory<readonly QuarantineEntry[]>()
const pins = memory<Pinned | undefined>()

/** Everything a plan for one app reads: the tree of one commit, and nothing else. */
export type State = {
  tree: Tree
  app: string
  fleet: Fleet
  pipeline: Pipeline
  record: ReleaseRecord
  quarantine: readonly QuarantineEntry[]
  /** The tree of `apps/<app>/base`, undefined while the app has none. */
  base: string | undefined
  /** What a cluster's folder holds. Throws a ConfigurationError when its kustomization is not understood. */
  pinned(cluster: string): Pinned | undefined
  /** The other apps that have a pipeline and a record, for the slots of the canary clusters. */
  others(): readonly Other[]
}

/** Another app: its record, and the rest unless its pipeline is wrong, which is not this app's fault. */
export type Other = { app: string; record: ReleaseRecord; state?: State }

/**
 * Reads what a plan for `app` needs from a tree. Throws a ConfigurationError, with file, line and column, when the app
 * or its pipeline does not exist or a file is wrong.
 */
export function readState(tree: Tree, app: string): State {
  requireApp(tree, app)
  const state = tryState(tree, app)
  if (state) return state
  throw new ConfigurationError({
    problem: 'the app has no pipeline',
    place: { file: `apps/${app}/pipeline.yaml` },
    cure: 'Write one, or set its pins with bump-manifests',
  })
}

function tryState(tree: Tree, app: string): State | undefined {
  const pipeline = pipelines(app, tree.id(`apps/${app}/pipeline.yaml`), () => pipelineOf(tree, app))
  if (!pipeline) return undefined
  const seen = new Map<string, Pinned | undefined>()
  let others: Other[] | undefined
  return {
    tree,
    app,
    pipeline,
    fleet: fleetOf(tree),
    record: recordOf(tree, app),
    quarantine: quarantineOf(tree, app),
    base: tree.id(`apps/${app}/base`),
    pinned(cluster) {
      if (!seen.has(cluster)) seen.set(cluster, pinOf(tree, app, cluster, pipeline.image))
      return seen.get(cluster)
    },
    others() {
      others ??= appNames(tree)
        .filter(name => name !== app && tree.id(recordFile(name)) && tree.id(`apps/${name}/pipeline.yaml`))
        .map(name => otherApp(tree, name))
      return others
    },
  }
}

function otherApp(tree: Tree, app: string): Other {
  const record = recordOf(tree, app)
  try {
    const state = tryState(tree, app)
    return { app, record, ...(state && { state }) }
  } catch (error) {
    if (error instanceof ConfigurationError) return { app, record }
    throw error
  }
}

/** Reads the fleet of a tree; a fleet that did not change is not read twice. */
export function fleetOf(tree: Tree): Fleet {
  const key = `${tree.id('clusters')} ${tree.id('fleet.yaml')}`
  return fleets('', key, () => readFleet(tree))
}

/** Reads an app's record; an app without one has an empty one. */
export function recordOf(tree: Tree, app: string): ReleaseRecord {
  const file = recordFile(app)
  const read = () => {
    const text = tree.read(file)
    return text === undefined ? emptyRecord(app) : readRecord(text, app)
  }
  return records(app, tree.id(file), read)
}

/** Reads an app's quarantine; an app without the file refuses nothing. */
export function quarantineOf(tree: Tree, app: string): readonly QuarantineEntry[] {
  const file = quarantineFile(app)
  const read = () => {
    const text = tree.read(file)
    return text === undefined ? [] : readQuarantine(text, app)
  }
  return quarantines(app, tree.id(file), read)
}

function pinOf(tree: Tree, app: string, cluster: string, image: string): Pinned | undefined {
  const key = tree.id(`apps/${app}/clusters/${cluster}`)
  return pins(`${app} ${cluster} ${image}`, key, () => readPinned(tree, app, cluster, image))
}

/** A cluster of the fleet by name. */
export function clusterOf({ fleet }: State, name: string): Cluster | undefined {
  return fleet.clusters.find(cluster => cluster.name === name)
}

/**
 * What was parsed for each object id of Git, because a run that waits reads the same tree again and again. Equal ids
 * are equal content, so nothing here can be stale.
 */
function memory<Value>(): (what: string, id: string | undefined, read: () => Value) => Value {
  const most = 2000
  const known = new Map<string, { value: Value }>()
  return (what, id, read) => {
    if (id === undefined) return read()
    const key = `${what} ${id}`
    const found = known.get(key)
    if (found) return found.value
    const value = read()
    if (known.size >= most) known.clear()
    known.set(key, { value })
    return value
  }
}
