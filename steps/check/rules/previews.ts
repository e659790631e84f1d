import { type PreviewList, readPreviewLists, renderPreviews } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { checkPreviewApp } from '../../preview/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'
import { checkPreviewSeries } from './preview-series.ts'
import { type RenderedObject, renderedObjects } from './rendered.ts'

/** The apps with previews: each has a name that leaves room for a number, its folder, and the image that is built. */
export function* checkPreviews(subject: Subject): Iterable<Finding> {
  const lists = attempt('invalid-yaml', { file: 'applicationsets' }, () => readPreviewLists(subject.tree))
  if ('finding' in lists) return // said of the file already
  for (const list of lists.value) yield* inList(subject, list)
  for (const { name, document, unknown } of renderPreviews(subject.tree, subject.around.root).untold) {
    yield {
      rule: 'previews-unknown',
      severity: 'warning',
      problem: `what ${name} makes of a pull request cannot be told here: ${unknown}`,
      cure: 'Correct its template, or look at what Argo CD makes of it (`argocd appset generate`)',
      place: document.placeOf(['spec'], { key: true }),
    }
  }
}

function* inList(subject: Subject, { document, path, elements }: PreviewList): Iterable<Finding> {
  const seen = new Set<string>()
  for (const [index, { app, image }] of elements.entries()) {
    if (app === undefined) continue // the template says by itself what it misses
    const place = document.placeOf([...path, index])
    const error = (rule: string, problem: string, cure: string): Finding => ({
      rule,
      severity: 'error',
      problem,
      cure,
      place,
    })
    if (seen.has(app)) yield error('preview-twice', `${app} is listed twice`, 'Remove one of the two')
    seen.add(app)
    const name = attempt('preview-name', place, () => checkPreviewApp(app))
    if ('finding' in name) yield { ...name.finding, place }
    const folder = `platform/previews/${app}`
    if (subject.tree.id(`${folder}/kustomization.yaml`) === undefined) {
      yield error('no-preview-folder', `${folder}/kustomization.yaml is not there`, 'Write it like its neighbours')
    } else yield* isolation(subject, folder)
    if (!subject.apps.includes(app)) {
      yield error('preview-of-nothing', `there is no apps/${app}/`, 'Remove the line, or add the app')
      continue
    }
    const pipeline = pipelineIn(subject, app)
    if ('finding' in pipeline || !pipeline.value || image === undefined || image === pipeline.value.image) continue
    yield error(
      'preview-image',
      `the image ${image} is not that of apps/${app}/pipeline.yaml, so that of the base stays as it is`,
      `Write ${pipeline.value.image}`,
    )
  }
}

/** What every preview has around it, and a network policy of its own would let through. */
function* isolation({ tree, fleet }: Subject, folder: string): Iterable<Finding> {
  const around = 'platform/previews/isolation'
  const key = ({ group, kind, name }: RenderedObject) => `${kind} ${name}${group === '' ? '' : ` of ${group}`}`
  const wanted = renderedObjects(tree, around)
  const objects = renderedObjects(tree, folder)
  const missing = wanted.map(key).filter(each => !objects.map(key).includes(each))
  const place = { file: `${folder}/kustomization.yaml` }
  const clusters = fleet.clusters.map(cluster => cluster.name)
  yield* checkPreviewSeries(objects, clusters, folder)
  if (wanted.length === 0 || missing.length > 0) {
    yield {
      rule: 'preview-not-isolated',
      severity: 'error',
      problem:
        wanted.length === 0
          ? `${around}/ holds nothing, so previews run with nothing around them`
          : `without ${missing.join(', ')} of ${around}/ the preview is not kept apart`,
      cure:
        wanted.length === 0
          ? 'Copy it from the template'
          : 'Add ../isolation to its resources, and delete nothing of it',
      place,
    }
  }
  const policy = objects.find(each => each.kind === 'NetworkPolicy' && !wanted.map(key).includes(key(each)))
  if (policy === undefined) return
  yield {
    rule: 'preview-network',
    severity: 'warning',
    problem: `NetworkPolicy ${policy.name} is there too, and what one allows, all allow`,
    cure: `Delete it by a patch in ${folder}/, as its neighbours do`,
    place,
  }
}
