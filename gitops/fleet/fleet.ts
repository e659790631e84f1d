import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import { type Cluster, readCluster } from './cluster.ts'
import { nameOf } from './kind.ts'
import { type Pipeline, readPipeline } from './pipeline.ts'
import { defaultSettings, type FleetSettings, readSettings } from './settings.ts'

/** Everything `fleet.yaml` and `clusters/` say, clusters in the order of their names. */
export type Fleet = { settings: FleetSettings; clusters: readonly Cluster[] }

/** Reads the fleet of a GitOps tree. Throws a ConfigurationError for the first file that is wrong. */
export function readFleet(tree: Tree): Fleet {
  const settings = tree.read('fleet.yaml')
  return {
    settings: settings === undefined ? defaultSettings : readSettings(readDocument(settings, 'fleet.yaml')),
    clusters: clustersOf(tree),
  }
}

function clustersOf(tree: Tree): Cluster[] {
  const files = filesOf(tree, 'clusters')
  return files.map((file, index) => {
    const cluster = readCluster(readDocument(tree.read(file) ?? '', file))
    const before = files.slice(0, index).find(each => nameOf(each) === nameOf(file))
    if (before === undefined) return cluster
    throw new ConfigurationError({
      problem: `two files are of one cluster, ${before} and this one`,
      place: { file },
      value: cluster.name,
      cure: 'Remove one: it would have its share of the traffic twice',
    })
  })
}

/** The names of all apps: the folders of `apps/`. */
export function appNames(tree: Tree): string[] {
  return tree
    .list('apps')
    .filter(({ kind }) => kind === 'tree')
    .map(({ name }) => name)
    .sort()
}

/** Reads an app's pipeline; undefined where the app has none. Throws when there is no such app. */
export function pipelineOf(tree: Tree, app: string): Pipeline | undefined {
  requireApp(tree, app)
  const file = `apps/${app}/pipeline.yaml`
  const text = tree.read(file)
  return text === undefined ? undefined : readPipeline(readDocument(text, file), app)
}

/** Throws a ConfigurationError that lists the apps there are, unless `app` is one. */
export function requireApp(tree: Tree, app: string): void {
  const apps = appNames(tree)
  if (apps.includes(app)) return
  throw new ConfigurationError({
    problem: 'there is no such app',
    place: { input: 'app' },
    value: app,
    cure: apps.length === 0 ? 'apps/ has no folder' : `apps/ has ${apps.join(', ')}`,
  })
}

function filesOf(tree: Tree, folder: string): string[] {
  return tree
    .list(folder)
    .filter(({ kind, name }) => kind === 'blob' && /\.ya?ml$/.test(name))
    .map(({ name }) => `${folder}/${name}`)
    .sort()
}
