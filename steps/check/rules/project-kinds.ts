import { type Kind, type Project, permitsKind, scopeOf } from '../../../gitops/projects/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'
import { renderedObjects } from './rendered.ts'

/** Whether a project allows the kinds of what is rendered from folders of the repository; each kind is said once. */
export function* checkKinds({ tree }: Subject, project: Project, folders: readonly string[]): Iterable<Finding> {
  // What base/ holds is wrong there, not in the clusters' copies of it.
  const bases = folders
    .flatMap(folder => /^(apps\/[^/]+)\/clusters\//.exec(folder)?.[1] ?? [])
    .map(app => `${app}/base`)
  const seen = new Set<string>()
  for (const { place, ...object } of [...new Set([...bases, ...folders])].flatMap(each =>
    renderedObjects(tree, each),
  )) {
    const key = `${object.group}/${object.kind}`
    if (seen.has(key) || permitsKind(project, object)) continue
    seen.add(key)
    yield {
      rule: 'project-kind',
      severity: 'error',
      problem: `the project ${project.name} allows no ${object.kind}${object.group === '' ? '' : ` of ${object.group}`}, so Argo CD refuses to sync it`,
      cure: cure(object, project),
      place,
    }
  }
}

function cure(kind: Kind, { document: { file } }: Project): string {
  const item = `- { group: ${kind.group === '' ? '""' : kind.group}, kind: ${kind.kind} }`
  return scopeOf(kind) === 'cluster'
    ? `It is in no namespace: leave it to platform/, or add ${item} to clusterResourceWhitelist in ${file}`
    : `Add ${item} to namespaceResourceWhitelist in ${file}`
}
