import { ConfigurationError, type Document, readDocument, readDocuments } from '../../configuration/index.ts'
import { type Cluster, defaultSettings, type Fleet, readCluster, readSettings } from '../../gitops/fleet/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import { type Finding, findingOf } from '../../rollouts/lint/index.ts'
import type { Around } from '../folder/index.ts'

/** A YAML file with its documents; one that cannot be read has none. */
export type File = { path: string; documents: readonly Document[] }

/** What every rule looks at: a GitOps repository, as much of it as could be read. */
export type Subject = {
  tree: Tree
  /** The Git repository that it is in, and where in it. */
  around: Around
  /** The clusters that could be read, and `fleet.yaml` or what holds without it. */
  fleet: Fleet
  /** A cluster's own file. */
  clusterFile(cluster: Cluster): Document
  apps: readonly string[]
  /** The YAML files under a folder, by path; the clusters' copies of `base/` are left out. */
  filesIn(folder: string): readonly File[]
}

/** The folders and files that the kit and Argo CD read. */
const roots = ['fleet.yaml', 'clusters', 'apps', 'analysis', 'applicationsets', 'projects', 'platform', 'bootstrap']

/** A cluster's copy of `base/`: what is wrong there is wrong in `base/`. */
const copies = /^apps\/[^/]+\/clusters\/[^/]+\/base\//

/** Reads a repository; what cannot be read is a finding, and the rest goes on without it. */
export function readSubject(tree: Tree, around: Around): { subject: Subject; findings: Finding[] } {
  const findings: Finding[] = []
  const attempt = <T>(rule: string, file: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      findings.push({ ...findingOf(error, rule, { file }), cure: error.fault.cure ?? 'Correct it' })
      return undefined
    }
  }
  const files = roots
    .flatMap(root => pathsUnder(tree, root))
    .filter(path => /\.ya?ml$/.test(path) && !copies.test(path))
    .map((path): File => {
      const text = attempt('unreadable', path, () => tree.read(path)) ?? ''
      return { path, documents: attempt('invalid-yaml', path, () => readDocuments(text, path)) ?? [] }
    })
  const readable = new Set(files.filter(({ documents }) => documents.length > 0).map(({ path }) => path))
  const one = (path: string) => readDocument(tree.read(path) ?? '', path)
  const sources = new Map<Cluster, Document>()
  for (const { path } of files.filter(({ path }) => /^clusters\/[^/]+$/.test(path))) {
    const cluster = attempt('invalid-file', path, () => readCluster(one(path)))
    if (cluster) sources.set(cluster, one(path))
  }
  const settings = readable.has('fleet.yaml')
    ? attempt('invalid-file', 'fleet.yaml', () => readSettings(one('fleet.yaml')))
    : undefined
  const subject: Subject = {
    tree,
    around,
    fleet: { settings: settings ?? defaultSettings, clusters: [...sources.keys()] },
    clusterFile: cluster => sources.get(cluster) ?? one(`clusters/${cluster.name}.yaml`),
    apps: tree.list('apps').flatMap(({ name, kind }) => (kind === 'tree' ? [name] : [])),
    filesIn: folder => files.filter(({ path }) => path.startsWith(`${folder}/`)),
  }
  return { subject, findings }
}

function pathsUnder(tree: Tree, path: string): string[] {
  const children = tree.list(path)
  if (children.length === 0) return tree.id(path) === undefined ? [] : [path]
  return children.flatMap(({ name, kind }) =>
    kind === 'tree' ? pathsUnder(tree, `${path}/${name}`) : kind === 'blob' ? [`${path}/${name}`] : [],
  )
}
