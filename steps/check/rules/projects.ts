import { z } from 'zod'
import type { Place } from '../../../configuration/index.ts'
import { renderPreviews, renderSets } from '../../../gitops/applications/index.ts'
import { type Destination, type Project, permitsDestination, projectsIn } from '../../../gitops/projects/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { checkKinds } from './project-kinds.ts'

const text = z.string().default('')
const source = z.object({ path: z.string().optional() })
const application = z.object({
  spec: z.object({
    project: z.string(),
    source: source.optional(),
    sources: z.array(source).default([]),
    destination: z.object({ name: text, server: text, namespace: text }),
  }),
})

/** Something that a project has to let through: an Application, or an app that has none yet. */
type Deployment = { project: string; destination: Destination; folders: readonly string[]; place: Place }

/**
 * Whether Argo CD would deploy what the ApplicationSets make, previews among it: the project lets it go where it goes, with
 * the kinds in its folder, and the namespace is there.
 */
export function* checkProjects(subject: Subject): Iterable<Finding> {
  const read = attempt('invalid-yaml', { file: 'projects' }, () => {
    const projects = projectsIn(subject.tree)
    return { projects, deployments: projects.length === 0 ? [] : deploymentsOf(subject) }
  })
  if ('finding' in read) return // said of the file already
  const { projects, deployments } = read.value
  if (projects.length === 0) return
  yield* destinations(deployments, projects)
  for (const project of projects) {
    const folders = deployments.flatMap(each => (each.project === project.name ? each.folders : []))
    yield* checkKinds(subject, project, [...new Set(folders)])
  }
  for (const app of subject.apps) {
    if (!deployments.some(({ folders }) => folders.some(folder => folder.startsWith(`apps/${app}/`)))) {
      yield* undeployed(subject, app, projects)
    }
    yield* namespace(subject, app)
  }
}

function deploymentsOf({ tree, around: { root, folder }, fleet }: Subject): Deployment[] {
  const sets = renderSets(tree, root)
  const made = [...sets.flatMap(({ applications }) => applications), ...renderPreviews(tree, root).previews]
  return made.flatMap(({ set, content }): Deployment[] => {
    const read = application.safeParse(content)
    if (!read.success) return []
    const { project, source, sources, destination } = read.data.spec
    const cluster = fleet.clusters.find(
      ({ name, server }) => name === destination.name || (server !== undefined && server === destination.server),
    )
    const folders = [...(source ? [source] : []), ...sources].flatMap(({ path }) => inside(path, folder) ?? [])
    const app = /^apps\/[^/]+/.exec(folders[0] ?? '')?.[0]
    const document = sets.find(({ name }) => name === set)?.document
    return [
      {
        project,
        destination: {
          name: destination.name || (cluster?.name ?? ''),
          server: destination.server || (cluster?.server ?? ''),
          namespace: destination.namespace,
        },
        folders,
        place: app || !document ? { file: app ?? 'applicationsets' } : document.placeOf(['spec', 'template']),
      },
    ]
  })
}

/** A path of the Git repository as one of the GitOps repository in it, if it is there. */
function inside(path: string | undefined, folder: string): string | undefined {
  if (path === undefined || folder === '') return path
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined
}

/** What no project lets through, the clusters of one app and namespace together. */
function* destinations(deployments: readonly Deployment[], projects: readonly Project[]): Iterable<Finding> {
  const refused = new Map<string, Deployment[]>()
  for (const each of deployments) {
    const project = projects.find(({ name }) => name === each.project)
    if (project ? permitsDestination(project, each.destination) : each.project === 'default') continue
    const key = JSON.stringify([each.project, each.place, project && each.destination.namespace])
    refused.set(key, [...(refused.get(key) ?? []), each])
  }
  for (const [first, ...rest] of refused.values()) {
    if (!first) continue
    const file = projects.find(({ name }) => name === first.project)?.document.file
    const { namespace } = first.destination
    const clusters = [first, ...rest].map(({ destination: { name, server } }) => name || server)
    yield {
      rule: 'project-destination',
      severity: 'error',
      problem: file
        ? `the project ${first.project} lets nothing into the namespace ${namespace} of ${clusters.join(', ')}, so Argo CD refuses what goes there`
        : `there is no project ${first.project} in projects/, so Argo CD refuses its Applications`,
      cure: file
        ? `Add - { name: ${rest.length > 0 ? '"*"' : clusters[0]}, namespace: ${namespace} } to the destinations in ${file}`
        : `Write one of: ${projects.map(({ name }) => name).join(', ')}; or add the project`,
      place: first.place,
    }
  }
}

/** An app that no set deploys yet: it is held to any project that lets something into its namespace. */
function* undeployed(subject: Subject, app: string, projects: readonly Project[]): Iterable<Finding> {
  const anywhere = subject.fleet.clusters.map(({ name, server = '' }) => ({ name, server, namespace: app }))
  const project = projects.find(each => anywhere.some(destination => permitsDestination(each, destination)))
  if (project) yield* checkKinds(subject, project, [`apps/${app}/base`])
  else {
    yield {
      rule: 'project-destination',
      severity: 'error',
      problem: `no project in projects/ lets anything into the namespace ${app}, so Argo CD refuses its Applications`,
      cure: `Add - { name: "*", namespace: ${app} } to the destinations of one`,
      place: { file: `apps/${app}` },
    }
  }
}

function* namespace({ tree }: Subject, app: string): Iterable<Finding> {
  const folder = 'platform/namespaces'
  if (tree.list(folder).length === 0 || tree.id(`${folder}/${app}.yaml`) !== undefined) return
  yield {
    rule: 'no-namespace',
    severity: 'error',
    problem: `${folder}/${app}.yaml is not there, so no cluster has its namespace`,
    cure: 'Write it: a Namespace like its neighbours',
    place: { file: `apps/${app}` },
  }
}
