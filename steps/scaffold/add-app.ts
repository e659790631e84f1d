import { ConfigurationError, readDocument } from '../../configuration/index.ts'
import { appNames, nameSchema, readFleet, readPipeline } from '../../gitops/fleet/index.ts'
import { isPlainString } from '../../gitops/manifests/index.ts'
import { type Decided, filesUnder, renameWord } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'
import { parseImageReference } from '../../images/index.ts'
import { type FleetDecision, fleetWrite } from '../fleet/index.ts'
import { clusterFolders, selected } from './cluster-folders.ts'
import { requireOwnNamespace } from './own-namespace.ts'
import { addPreview } from './preview.ts'
import { admitToCluster } from './project.ts'

/** An app to be added: its name and image, and the app it is made like, in this repository or in the template. */
export type NewApp = {
  app: string
  /** Repository of the image, without tag. */
  image: string
  /** Git URL of its sources; that of the app it is made like, renamed, when left out. */
  source?: string
  like: { app: string; tree: Tree }
  /** Whether its pull requests get previews. */
  preview?: boolean
}

/** What the kit writes about releases: the new app has had none. */
const written = ['release.yaml', 'quarantine.yaml', 'clusters']

/**
 * Adds an app like another: pipeline, base and analyses with the names replaced, and for each cluster that its waves
 * select a folder with an empty pin and no copy of `base/`, so that nothing is deployed before its first release. The
 * project lets it into its namespace, which `platform/namespaces/` gets. With `preview`, its pull requests get previews.
 */
export function addApp(tree: Tree, asked: NewApp, decision: FleetDecision): Decided {
  const { app, like } = asked
  checkAsked(tree, asked)
  const folder = `apps/${like.app}`
  const rename = renaming(asked)
  const files = filesUnder(like.tree, folder, written).map(([path, text]): [string, string] => [
    `apps/${app}/${path}`,
    rename(text),
  ])
  const pipelinePath = `apps/${app}/pipeline.yaml`
  const pipeline = readPipeline(readDocument(new Map(files).get(pipelinePath) ?? '', pipelinePath), app)
  const { clusters } = readFleet(tree)
  const folders = clusterFolders({ like, pipeline, clusters, rename })
  const changes: Change[] = [...files, ...folders].map(([path, text]) => ({ path, text }))
  changes.push(...admitToCluster(tree, asked, files))
  if (asked.preview) changes.push(...addPreview(tree, { pipeline, like, files, rename }))
  const on =
    selected(pipeline, clusters)
      .map(({ name }) => name)
      .join(', ') || 'no cluster'
  return fleetWrite(
    tree,
    { app },
    `add, like ${like.app}, on ${on}; nothing is deployed before its first release`,
    changes,
    decision,
  )
}

/** The image first, because the app's name is in it; then the app's name wherever it stands as a word. */
function renaming({ app, image, source, like }: NewApp): (text: string) => string {
  const path = `apps/${like.app}/pipeline.yaml`
  const from = readPipeline(readDocument(like.tree.read(path) ?? '', path), like.app)
  const marks = { image: '\u0001', source: '\u0002' }
  return text => {
    const marked = [
      { from: from.image, to: marks.image },
      ...(source !== undefined && from.source !== undefined ? [{ from: from.source, to: marks.source }] : []),
    ].reduce((all, { from, to }) => all.replaceAll(from, to), text)
    return renameWord(marked, like.app, app)
      .replaceAll(marks.image, image)
      .replaceAll(marks.source, source ?? '')
  }
}

function checkAsked(tree: Tree, { app, image, like }: NewApp): void {
  if (!nameSchema.safeParse(app).success || !isPlainString(app)) {
    throw new ConfigurationError({
      problem: 'not a name for an app',
      place: { input: 'NAME' },
      value: app,
      cure: 'Write lower-case letters, digits and -, at most 63, and nothing that YAML takes for a number or a truth value',
    })
  }
  if (appNames(tree).includes(app)) {
    throw new ConfigurationError({ problem: 'there is such an app already', value: app, cure: `Edit apps/${app}/` })
  }
  requireOwnNamespace(tree, app, like.app)
  const { tag, digest } = parseImageReference(image, { input: '--image' })
  if (tag !== undefined || digest !== undefined) {
    throw new ConfigurationError({
      problem: 'a repository is wanted, without tag and digest',
      place: { input: '--image' },
      value: image,
      cure: 'Leave them out: releases bring them',
    })
  }
  if (like.tree.id(`apps/${like.app}/pipeline.yaml`) !== undefined) return
  const there = appNames(like.tree).filter(name => like.tree.id(`apps/${name}/pipeline.yaml`) !== undefined)
  throw new ConfigurationError({
    problem: 'there is no such app with a pipeline to copy from',
    place: { input: '--from' },
    value: like.app,
    cure: there.length === 0 ? 'Use --kind' : `There is ${there.join(', ')}`,
  })
}
