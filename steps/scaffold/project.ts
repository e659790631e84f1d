import { readDocuments } from '../../configuration/index.ts'
import { appendItem } from '../../gitops/manifests/index.ts'
import {
  type Kind,
  kindOf,
  permitsKind,
  projectSchema,
  type Project as ReadProject,
  scopeOf,
} from '../../gitops/projects/index.ts'
import { renameWord } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'

type Asked = { app: string; like: { app: string; tree: Tree } }

/**
 * What lets an app be deployed: its namespace as a destination of the project of the app it is like (or of the project
 * named apps), the kinds of its base in that project, and the namespace itself. Nothing where the repository has none of
 * these.
 */
export function admitToCluster(
  tree: Tree,
  { app, like }: Asked,
  files: readonly (readonly [string, string])[],
): Change[] {
  return [...inProject(tree, app, like.app, files), ...namespace(tree, app, like)]
}

function inProject(tree: Tree, app: string, like: string, files: readonly (readonly [string, string])[]): Change[] {
  const found = projectsIn(tree)
  const chosen = chosenProject(found, like)
  if (!chosen || deployingTo(found, app)) return []
  const { path } = chosen
  const text = appendItem(chosen.text, path, ['spec', 'destinations'], `{ name: "*", namespace: ${app} }`)
  return [{ path, text: allowKinds({ ...chosen, text }, kindsOf(app, files)) }]
}

/** The project that an app like `like` belongs to: that of `like`, or else the one named apps. */
export function chosenProject(projects: readonly Project[], like: string): Project | undefined {
  return deployingTo(projects, like) ?? projects.find(({ name }) => name === 'apps')
}

function deployingTo(projects: readonly Project[], namespace: string): Project | undefined {
  return projects.find(({ spec }) => spec.destinations.some(each => each.namespace === namespace))
}

/**
 * The text of a project that allows those of these kinds that are in a namespace; where all are allowed already, as it is.
 * What is in none is for people to allow.
 */
export function allowKinds({ path, text, spec }: Project, kinds: readonly Kind[]): string {
  const missing = kinds.filter(each => scopeOf(each) !== 'cluster' && !permitsKind({ spec }, each))
  return missing.reduce(
    (after, { group, kind }) =>
      appendItem(
        after,
        path,
        ['spec', 'namespaceResourceWhitelist'],
        `{ group: ${group === '' ? '""' : group}, kind: ${kind} }`,
      ),
    text,
  )
}

export type Project = { path: string; text: string; name: string; spec: ReadProject['spec'] }

/** Projects that stand alone in their file, as an edit finds its place by the file's first document. */
export function projectsIn(tree: Tree): Project[] {
  return tree.list('projects').flatMap(({ name, kind }) => {
    const path = `projects/${name}`
    const text = kind === 'blob' && /\.ya?ml$/.test(name) ? tree.read(path) : undefined
    if (text === undefined) return []
    const [first, second] = readDocuments(text, path)
    const read = projectSchema.safeParse(first?.value)
    if (!read.success || second) return []
    return [{ path, text, name: read.data.metadata.name, spec: read.data.spec }]
  })
}

/** The kinds that an app's base holds, each once. */
export function kindsOf(app: string, files: readonly (readonly [string, string])[]): Kind[] {
  const found = new Map<string, Kind>()
  for (const [path, text] of files) {
    if (!path.startsWith(`apps/${app}/base/`) || !/\.ya?ml$/.test(path)) continue
    for (const { value } of readDocuments(text, path)) {
      const kind = kindOf(value)
      if (kind) found.set(`${kind.group}/${kind.kind}`, kind)
    }
  }
  return [...found.values()]
}

function namespace(tree: Tree, app: string, like: Asked['like']): Change[] {
  const path = `platform/namespaces/${app}.yaml`
  const pattern = `platform/namespaces/${like.app}.yaml`
  const text = tree.read(pattern) ?? (tree.list('platform/namespaces').length > 0 ? like.tree.read(pattern) : undefined)
  if (text === undefined || tree.id(path) !== undefined) return []
  return [{ path, text: renameWord(text, like.app, app) }]
}
