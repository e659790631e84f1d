import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import { appNames, type Cluster, readCluster, readFleet, readPipeline } from '../../gitops/fleet/index.ts'
import { isPlainString, removeItem } from '../../gitops/manifests/index.ts'
import { filesUnder, renameWord } from '../../gitops/promotion/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import { clusterText, type NewCluster } from '../fleet/index.ts'
import type { Files } from '../folder/index.ts'
import { clusterFolders } from '../scaffold/index.ts'

/** A GitOps repository to be made. */
export type NewRepository = {
  /** Whose it is: the name on GitHub. */
  organisation: string
  /** Where Argo CD reads it from. */
  url: string
  /** Where images are, such as `ghcr.io/acme`; an app's name is added. */
  registry: string
  /** They are active from the start: the first release reaches them through the waves. */
  clusters: readonly NewCluster[]
}

/** What stands in the template for the names that are asked for. */
const stand = { organisation: 'acme', registry: 'ghcr.io/acme', url: 'https://github.com/acme/gitops.git', dev: 'dev' }

/**
 * The files of a new repository: the template's, with names and clusters replaced and every other byte kept, save in its
 * README, which explains by example. Without a cluster for it, the wave `dev` and the previews are left out.
 */
export function makeRepository(template: Tree, asked: NewRepository): Files {
  const clusters = asked.clusters.map(readAsked)
  requireRoles(clusters)
  requireSingleNames(clusters)
  const dev = clusters.find(({ role, labels }) => role === undefined && labels.environment === 'dev')
  const names = named(asked)
  const files = new Map<string, string>()
  for (const [path, text] of allFiles(template)) {
    if (isOfClusters(path) || (!dev && isOfPreviews(path))) continue
    const withDev =
      isOfPreviews(path) && dev ? text.replaceAll(/\bname: dev(?![\w-])/g, () => `name: ${dev.name}`) : text
    if (path === 'README.md') files.set(path, text)
    else
      files.set(path, path === 'fleet.yaml' ? names(withDev, scalar(asked.organisation.toLowerCase())) : names(withDev))
  }
  for (const cluster of asked.clusters) files.set(`clusters/${cluster.name}.yaml`, clusterText(cluster, 'active'))
  for (const app of appNames(template)) {
    const path = `apps/${app}/pipeline.yaml`
    const text = files.get(path)
    if (text === undefined) continue
    if (!dev) files.set(path, withoutWave(text, path, app, stand.dev))
    const pipeline = readPipeline(readDocument(files.get(path) ?? '', path), app)
    const folders = clusterFolders({ like: { app, tree: template }, pipeline, clusters, rename: names })
    for (const [at, content] of folders) files.set(at, content)
  }
  for (const [path, text] of platformFiles(template, clusters)) files.set(path, text)
  return files
}

/** A name as a YAML value: some, such as 2024, would be read as something else. */
function scalar(name: string): string {
  return isPlainString(name) ? name : JSON.stringify(name)
}

function readAsked(cluster: NewCluster): Cluster {
  const file = `clusters/${cluster.name}.yaml`
  return readCluster(readDocument(clusterText(cluster, 'active'), file))
}

/** Throws a ConfigurationError unless there are a canary and a primary. */
export function requireRoles(clusters: readonly Pick<Cluster, 'name' | 'role'>[]): void {
  const missing = (['canary', 'primary'] as const).find(role => !clusters.some(each => each.role === role))
  if (missing === undefined) return
  throw new ConfigurationError({
    problem: `no cluster has the role ${missing}`,
    place: { input: '--cluster' },
    value: clusters.map(({ name }) => name),
    cure: 'A fleet needs a canary and a primary',
  })
}

/** Throws a ConfigurationError where two clusters have one name. */
export function requireSingleNames(clusters: readonly Pick<Cluster, 'name'>[]): void {
  const names = clusters.map(({ name }) => name)
  const value = names.find((name, index) => names.indexOf(name) !== index)
  if (value === undefined) return
  const place = { input: '--cluster' }
  throw new ConfigurationError({ problem: 'two clusters have one name', place, value, cure: 'Give each its own' })
}

/** Replaces the template's names; the longer ones first, as the shorter are in them. */
function named({ organisation, registry, url }: NewRepository) {
  return (text: string, name = organisation): string => {
    const marked = text.replaceAll(stand.url, '\u0001').replaceAll(stand.registry, '\u0002')
    return renameWord(marked, stand.organisation, name).replaceAll('\u0001', url).replaceAll('\u0002', registry)
  }
}

function allFiles(template: Tree): [string, string][] {
  return template.list('').flatMap(({ name, kind }): [string, string][] => {
    if (kind === 'tree') return filesUnder(template, name).map(([path, text]) => [`${name}/${path}`, text])
    const text = template.read(name)
    return text === undefined ? [] : [[name, text]]
  })
}

function isOfClusters(path: string): boolean {
  return /^(clusters\/|apps\/[^/]+\/(clusters\/|release\.yaml|quarantine\.yaml)|platform\/[^/]+\/clusters\/)/.test(path)
}

function isOfPreviews(path: string): boolean {
  return /^((applicationsets|projects)\/previews\.yaml$|platform\/previews\/)/.test(path)
}

function withoutWave(text: string, file: string, app: string, name: string): string {
  const index = readPipeline(readDocument(text, file), app).waves.findIndex(wave => wave.name === name)
  return index < 0 ? text : removeItem(text, file, ['spec', 'waves'], index)
}

/** What the platform's components need to know of each cluster: a number that no other has. */
function platformFiles(template: Tree, clusters: readonly Cluster[]): [string, string][] {
  const there = readFleet(template).clusters
  return template.list('platform').flatMap(({ name: component }) => {
    const folder = `platform/${component}/clusters`
    return clusters.flatMap((cluster, index): [string, string][] => {
      const like = there.find(({ name, role }) => role === cluster.role && template.id(`${folder}/${name}.yaml`))
      const text = like && template.read(`${folder}/${like.name}.yaml`)
      if (!like || text === undefined) return []
      const numbered = text.replace(/\bid: \d+/, () => `id: ${index + 1}`)
      return [[`${folder}/${cluster.name}.yaml`, renameWord(numbered, like.name, cluster.name)]]
    })
  })
}
