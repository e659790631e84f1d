import { z } from 'zod'
import { ConfigurationError, readDocuments } from '../../configuration/index.ts'
import { readPreviewLists } from '../../gitops/applications/index.ts'
import type { Pipeline } from '../../gitops/fleet/index.ts'
import { appendItem, isPlainString } from '../../gitops/manifests/index.ts'
import type { Kind } from '../../gitops/projects/index.ts'
import { filesUnder } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { checkPreviewApp } from '../preview/index.ts'
import { allowKinds, kindsOf, projectsIn } from './project.ts'

type Asked = {
  pipeline: Pipeline
  like: { app: string; tree: Tree }
  /** The new app's files, by path. */
  files: readonly (readonly [string, string])[]
  rename(text: string): string
}

/**
 * What gives an app previews: one more element at the end of the ApplicationSet's list, the folder
 * `platform/previews/<app>/` like that of the app it is made like, and the kinds in it in the previews' project. Every
 * other byte stays. Throws a ConfigurationError where there is nothing to add to or to copy from.
 */
export function addPreview(tree: Tree, { pipeline, like, files, rename }: Asked): Change[] {
  const { app } = pipeline
  checkPreviewApp(app)
  const [list] = readPreviewLists(tree)
  if (!list || tree.id('platform/previews/isolation') === undefined) {
    throw refusal(
      'this repository has no previews',
      undefined,
      'Copy applicationsets/previews.yaml, projects/previews.yaml and platform/previews/isolation/ from the template',
    )
  }
  const from = `platform/previews/${like.app}`
  const folder = filesUnder(like.tree, from)
  if (folder.length === 0) {
    throw refusal(
      `there is no ${from}/ to copy`,
      undefined,
      'Add the app like one with previews (--from), or with a --kind of the template',
    )
  }
  const { file } = list.document
  const text = appendItem(tree.read(file) ?? '', file, list.path, elementOf(pipeline))
  const made = folder.map(([path, content]) => ({ path: `platform/previews/${app}/${path}`, text: rename(content) }))
  const kinds = [
    ...without(
      kindsOf(app, files),
      made.map(change => change.text),
    ),
    ...generated(made.map(change => change.text)),
  ]
  const project = projectsIn(tree).find(({ name }) => name === list.project)
  const allowed = project && allowKinds(project, kinds)
  return [
    { path: file, text },
    ...made,
    ...(project && allowed !== undefined && allowed !== project.text ? [{ path: project.path, text: allowed }] : []),
  ]
}

/** One line of YAML. Argo CD asks GitHub for the pull requests of `owner/repository`, which is where the app is built. */
function elementOf({ app, image, source = '' }: Pipeline): string {
  const [, owner, repository] =
    /^(?:https|ssh):\/\/[^/]+\/([A-Za-z0-9][\w-]*)\/([\w.-]+?)(?:\.git)?\/?$/.exec(source) ?? []
  if (owner === undefined || repository === undefined) {
    throw refusal(
      'previews need the repository on GitHub whose pull requests they are of',
      source,
      'Give it with --source, as https://github.com/OWNER/NAME.git',
    )
  }
  const written = (text: string) => (isPlainString(text) ? text : JSON.stringify(text))
  const pairs = Object.entries({ app, owner, repository, image }).map(([key, value]) => `${key}: ${written(value)}`)
  return `{ ${pairs.join(', ')} }`
}

const kustomization = z.object({
  configMapGenerator: z.array(z.unknown()).default([]),
  secretGenerator: z.array(z.unknown()).default([]),
  patches: z.array(z.object({ patch: z.string().optional() })).default([]),
})
const deletion = z.object({ $patch: z.literal('delete'), kind: z.string() })

/** The kinds that no patch deletes. */
function without(kinds: readonly Kind[], texts: readonly string[]): Kind[] {
  const patches = kustomizations(texts).flatMap(({ patches }) => patches.map(({ patch = '' }) => patch))
  const deleted = patches.flatMap(patch =>
    readDocuments(patch, 'patch').flatMap(({ value }) => deletion.safeParse(value).data?.kind ?? []),
  )
  return kinds.filter(({ kind }) => !deleted.includes(kind))
}

function generated(texts: readonly string[]): Kind[] {
  const made = kustomizations(texts)
  const any = (key: 'configMapGenerator' | 'secretGenerator') => made.some(each => each[key].length > 0)
  return [
    ...(any('configMapGenerator') ? [{ group: '', kind: 'ConfigMap' }] : []),
    ...(any('secretGenerator') ? [{ group: '', kind: 'Secret' }] : []),
  ]
}

function kustomizations(texts: readonly string[]) {
  return texts.flatMap(text =>
    readDocuments(text, 'platform/previews').flatMap(({ value }) => kustomization.safeParse(value).data ?? []),
  )
}

function refusal(problem: string, value: string | undefined, cure: string): ConfigurationError {
  return new ConfigurationError({ problem, place: { input: '--preview' }, ...(value !== undefined && { value }), cure })
}
