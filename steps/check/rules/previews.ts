import { type PreviewList, readPreviewLists, renderPreviews } from '../../../gitops/applications/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { checkPreviewApp } from '../../preview/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'

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
    }
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
