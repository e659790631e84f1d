import { ConfigurationError } from '../../configuration/index.ts'
import type { AnalysisRunSpec, Argument } from './spec.ts'
import type { Template, TemplateLibrary } from './template.ts'

export type MergeOptions = {
  /** The namespaced templates to run, by name; all that no other template refers to when left out. */
  templates?: readonly string[]
  /** Values by name. A template that does not know a name ignores it, as the controller does. */
  args: Readonly<Record<string, string>>
}

/**
 * Merges templates into the spec of one run, by the controller's rules (`rollout/analysis.go`,
 * `utils/analysis/helpers.go`): nested references depth-first, namespaced templates before cluster ones, each once.
 * Throws a ConfigurationError, in the controller's words where it has some, and for a cycle of references, which the
 * controller does not notice.
 */
export function mergeTemplates(library: TemplateLibrary, { templates: names, args }: MergeOptions): AnalysisRunSpec {
  const chosen = collect(library, names)
  const all = [...chosen.templates, ...chosen.clusterTemplates]
  return {
    metrics: unique(
      all.flatMap(({ spec }) => spec.metrics ?? []),
      ({ name }) => name,
      name => `two metrics have the same name '${name}'`,
    ),
    dryRun: unique(
      all.flatMap(({ spec }) => spec.dryRun ?? []),
      ({ metricName }) => metricName,
      name => `two Dry-Run metric rules have the same name '${name}'`,
    ),
    measurementRetention: unique(
      all.flatMap(({ spec }) => spec.measurementRetention ?? []),
      ({ metricName }) => metricName,
      name => `two Measurement Retention metric rules have the same name '${name}'`,
    ),
    args: mergeArguments(args, flattenArguments(all)),
  }
}

/** Gives an AnalysisRun's own arguments the values from outside; a name it does not know is ignored. */
export function withArguments(spec: AnalysisRunSpec, values: Readonly<Record<string, string>>): AnalysisRunSpec {
  return { ...spec, args: (spec.args ?? []).map(arg => supplied(arg, values)) }
}

/**
 * The templates that a run of these plays: themselves, and those that they refer to. Throws a ConfigurationError for one
 * that is not there, and for a cycle.
 */
export function templatesOf(library: TemplateLibrary, names: readonly string[]): readonly Template[] {
  const { templates, clusterTemplates } = collect(library, names)
  return [...templates, ...clusterTemplates]
}

type Chosen = { templates: Template[]; clusterTemplates: Template[] }

function collect(library: TemplateLibrary, names: readonly string[] | undefined): Chosen {
  const chosen: Chosen = { templates: [], clusterTemplates: [] }

  function visit(template: Template, cluster: boolean, path: readonly Template[]): void {
    if (path.includes(template)) {
      throw new ConfigurationError({
        problem: `templates refer to each other in a cycle: ${[...path, template].map(({ name }) => name).join(' -> ')}`,
        place: template.document.placeOf(['spec', 'templates']),
        cure: 'Remove one of the references',
      })
    }
    const list = cluster ? chosen.clusterTemplates : chosen.templates
    if (!list.includes(template)) list.push(template)
    for (const [index, { templateName, clusterScope = false }] of (template.spec.templates ?? []).entries()) {
      visit(find(library, templateName, clusterScope, template, index), clusterScope, [...path, template])
    }
  }

  if (names) {
    for (const name of names) visit(find(library, name, false), false, [])
  } else {
    const roots = rootsOf(library)
    for (const template of roots) visit(template, library.clusterTemplates.includes(template), [])
  }
  return chosen
}

/** The templates no other one refers to; all of them when each is referred to, which is a cycle. */
function rootsOf({ templates, clusterTemplates }: TemplateLibrary): readonly Template[] {
  const all = [...templates, ...clusterTemplates]
  const referred = new Set(
    all.flatMap(({ spec }) =>
      (spec.templates ?? []).map(({ templateName, clusterScope = false }) => `${clusterScope} ${templateName}`),
    ),
  )
  const roots = all.filter(template => !referred.has(`${clusterTemplates.includes(template)} ${template.name}`))
  return roots.length > 0 ? roots : all
}

function find(library: TemplateLibrary, name: string, cluster: boolean, from?: Template, index = 0): Template {
  const known = cluster ? library.clusterTemplates : library.templates
  const template = known.find(candidate => candidate.name === name)
  if (template) return template
  throw new ConfigurationError({
    problem: `${cluster ? 'clusteranalysistemplate' : 'analysistemplate'}.argoproj.io "${name}" not found`,
    ...(from && { place: from.document.placeOf(['spec', 'templates', index, 'templateName']) }),
    cure: `Known are: ${known.map(candidate => candidate.name).join(', ') || 'none'}`,
  })
}

function flattenArguments(templates: readonly Template[]): Argument[] {
  const combined = new Map<string, Argument>()
  for (const { spec, document } of templates) {
    for (const [index, arg] of (spec.args ?? []).entries()) {
      const earlier = combined.get(arg.name)
      if (earlier?.value !== undefined && arg.value !== undefined && earlier.value !== arg.value) {
        throw new ConfigurationError({
          problem: `Argument \`${arg.name}\` specified multiple times with different values: '${earlier.value}', '${arg.value}'`,
          place: document.placeOf(['spec', 'args', index]),
        })
      }
      if (earlier?.value === undefined) combined.set(arg.name, arg)
    }
  }
  return [...combined.values()]
}

function mergeArguments(values: Readonly<Record<string, string>>, args: readonly Argument[]): Argument[] {
  const merged = args.map(arg => supplied(arg, values))
  const missing = merged.find(({ value, valueFrom }) => value === undefined && valueFrom === undefined)
  if (!missing) return merged
  throw new ConfigurationError({
    problem: `args.${missing.name} was not resolved`,
    cure: 'Give the argument a value in the template, or supply one when it runs',
  })
}

function supplied(arg: Argument, values: Readonly<Record<string, string>>): Argument {
  const value = Object.hasOwn(values, arg.name) ? values[arg.name] : undefined
  return value === undefined ? arg : { ...arg, value }
}

function unique<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  problem: (name: string) => string,
): Item[] {
  const names = new Set<string>()
  for (const item of items) {
    if (names.has(nameOf(item))) throw new ConfigurationError({ problem: problem(nameOf(item)) })
    names.add(nameOf(item))
  }
  return [...items]
}
