import { z } from 'zod'
import type { Document } from '../../../configuration/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'

const objectKind = z.object({ group: z.string().default(''), kind: z.string() })
const projectSchema = z.object({
  kind: z.literal('AppProject'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    destinations: z.array(z.object({ namespace: z.string().optional() })).default([]),
    namespaceResourceWhitelist: z.array(objectKind).optional(),
  }),
})
type Project = { name: string; document: Document; spec: z.output<typeof projectSchema>['spec'] }
const manifest = z.object({ apiVersion: z.string(), kind: z.string() })

/** Whether each app may be deployed: a project lets it into its namespace, with its kinds, and the namespace is there. */
export function* checkProjects(subject: Subject): Iterable<Finding> {
  const projects = projectsIn(subject)
  if (projects.length === 0) return
  for (const app of subject.apps) {
    const allowed = projects.filter(({ spec }) => spec.destinations.some(({ namespace }) => namespace === app))
    const [project] = allowed
    if (!project) {
      yield {
        rule: 'project-destination',
        severity: 'error',
        problem: `no project in projects/ lets anything into the namespace ${app}, so Argo CD refuses its Applications`,
        cure: `Add - { name: "*", namespace: ${app} } to the destinations of one`,
        place: { file: `apps/${app}` },
      }
    } else yield* kinds(subject, app, project)
    yield* namespace(subject, app)
  }
}

function projectsIn({ filesIn }: Subject): Project[] {
  return filesIn('projects').flatMap(({ documents }) =>
    documents.flatMap(document => {
      const found = projectSchema.safeParse(document.value)
      return found.success ? [{ name: found.data.metadata.name, document, spec: found.data.spec }] : []
    }),
  )
}

function* kinds({ filesIn }: Subject, app: string, { name, spec, document }: Project): Iterable<Finding> {
  const list = spec.namespaceResourceWhitelist
  if (!list) return // all kinds of a namespace
  const seen = new Set<string>()
  for (const source of filesIn(`apps/${app}/base`).flatMap(({ documents }) => documents)) {
    const read = manifest.safeParse(source.value)
    if (!read.success || read.data.kind === 'Kustomization' || read.data.kind === 'Component') continue
    const { apiVersion, kind } = read.data
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    if (seen.has(`${group}/${kind}`) || list.some(each => matches(each.group, group) && matches(each.kind, kind)))
      continue
    seen.add(`${group}/${kind}`)
    yield {
      rule: 'project-kind',
      severity: 'error',
      problem: `the project ${name} allows no ${kind}${group === '' ? '' : ` of ${group}`}, so Argo CD refuses to sync it`,
      cure: `Add - { group: ${group === '' ? '""' : group}, kind: ${kind} } to namespaceResourceWhitelist in ${document.file}`,
      place: source.placeOf(['kind']),
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

function matches(pattern: string, text: string): boolean {
  return pattern === '*' || pattern === text
}
