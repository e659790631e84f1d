import { ConfigurationError, type Document, readDocuments } from '../../configuration/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import {
  loadTemplates,
  metricsIgnoringCluster,
  type Template,
  type TemplateLibrary,
} from '../../rollouts/analysis/index.ts'

/**
 * The AnalysisTemplates an app's gates may name: those of `apps/<app>/analysis/`, then those of `analysis/` whose names
 * are not taken yet. Throws a ConfigurationError with the place of what is wrong.
 */
export function readGateTemplates(tree: Tree, app: string): TemplateLibrary {
  const own = documentsIn(tree, `apps/${app}/analysis`)
  const taken = new Set(own.map(nameOf))
  return loadTemplates([...own, ...documentsIn(tree, 'analysis').filter(document => !taken.has(nameOf(document)))])
}

/** The template of that name, or a ConfigurationError that lists the names there are. */
export function requireTemplate({ templates }: TemplateLibrary, name: string, app: string): Template {
  const found = templates.find(template => template.name === name)
  if (found) return found
  throw new ConfigurationError({
    problem: 'there is no such AnalysisTemplate',
    place: { file: `apps/${app}/pipeline.yaml` },
    value: name,
    cure: `Write it to analysis/${name}.yaml; there is ${templates.map(template => template.name).join(', ') || 'none'}`,
  })
}

/**
 * Refuses a template with a query that does not select the series of `{{args.cluster}}`: it would judge the whole fleet,
 * where the good traffic of the other clusters hides a bad canary.
 */
export async function requirePerCluster({ spec, document }: Template): Promise<void> {
  const [index] = await metricsIgnoringCluster(spec)
  if (index === undefined) return
  throw new ConfigurationError({
    problem: `the query of metric ${JSON.stringify(spec.metrics?.[index]?.name)} does not use {{args.cluster}} in each of its selectors`,
    place: document.placeOf(['spec', 'metrics', index, 'provider', 'prometheus', 'query']),
    cure: 'Select the series of one cluster, for example http_requests_total{cluster="{{args.cluster}}"}',
  })
}

function documentsIn(tree: Tree, folder: string): Document[] {
  return tree
    .list(folder)
    .filter(({ kind, name }) => kind === 'blob' && /\.ya?ml$/.test(name))
    .flatMap(({ name }) => readDocuments(tree.read(`${folder}/${name}`) ?? '', `${folder}/${name}`))
}

function nameOf({ value }: Document): unknown {
  const metadata = isRecord(value) ? value.metadata : undefined
  return isRecord(metadata) ? metadata.name : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
