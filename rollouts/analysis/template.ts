import { z } from 'zod'
import { ConfigurationError, type Document, type Place, type Step, validate } from '../../configuration/index.ts'
import { refuseMergeKeys } from './merge-keys.ts'
import {
  type AnalysisRunSpec,
  type AnalysisTemplateSpec,
  analysisRunSpecSchema,
  analysisTemplateSpecSchema,
} from './spec.ts'
import { providersOf } from './validate.ts'

/** An AnalysisTemplate, or a ClusterAnalysisTemplate, with the document it came from. */
export type Template = { name: string; spec: AnalysisTemplateSpec; document: Document }

export type AnalysisRun = { name: string; spec: AnalysisRunSpec; document: Document }

/** What a set of documents holds; templates in the order of the documents. */
export type TemplateLibrary = {
  templates: readonly Template[]
  clusterTemplates: readonly Template[]
  runs: readonly AnalysisRun[]
}

/** Which metrics may be there: those that can be measured from here, or whatever a cluster's controller can measure. */
export type LoadOptions = { providers?: 'prometheus' | 'any' }

const metadata = z.object({ name: z.string().min(1, 'a template needs a name') })

const kinds = {
  AnalysisTemplate: z.object({ metadata, spec: analysisTemplateSpecSchema }),
  ClusterAnalysisTemplate: z.object({ metadata, spec: analysisTemplateSpecSchema }),
  AnalysisRun: z.object({
    metadata: z.object({ name: z.string().optional(), generateName: z.string().optional() }).optional(),
    spec: analysisRunSpecSchema,
  }),
}

const header = z.object({
  apiVersion: z.literal('argoproj.io/v1alpha1', { error: 'must be argoproj.io/v1alpha1' }),
  kind: z.enum(['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'], {
    error: 'must be AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun',
  }),
})

/**
 * Reads AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun documents; empty documents are skipped. Throws a
 * ConfigurationError with the place for another kind, a value of the wrong type, a merge key, two templates of one name,
 * or a metric that only a cluster can measure. Whether a spec makes sense is told when it runs, as the controller tells it.
 */
export function loadTemplates(
  documents: readonly Document[],
  { providers = 'prometheus' }: LoadOptions = {},
): TemplateLibrary {
  const check = providers === 'any' ? () => {} : requirePrometheus
  const templates: Template[] = []
  const clusterTemplates: Template[] = []
  const runs: AnalysisRun[] = []
  for (const document of documents.filter(({ value }) => value !== null && value !== undefined)) {
    const { kind } = validate(document, header)
    refuseMergeKeys(document)
    if (kind === 'AnalysisRun') {
      const { metadata: named, spec } = validate(document, kinds.AnalysisRun, holdsCredentials)
      check(document, spec)
      runs.push({ name: named?.name ?? named?.generateName ?? 'analysis', spec, document })
      continue
    }
    const { metadata: named, spec } = validate(document, kinds[kind], holdsCredentials)
    check(document, spec)
    const known = kind === 'AnalysisTemplate' ? templates : clusterTemplates
    if (known.some(({ name }) => name === named.name)) {
      throw new ConfigurationError({
        problem: `two ${kind}s have the same name`,
        place: document.placeOf(['metadata', 'name']),
        value: named.name,
        cure: 'Give one of them another name, or leave one out',
      })
    }
    known.push({ name: named.name, spec, document })
  }
  return { templates, clusterTemplates, runs }
}

/**
 * Where a metric, or a value at a path in it, stands in its template; undefined when nobody has it. A name that arguments
 * make is found by the text around them.
 */
export function placeOfMetric(
  { templates, clusterTemplates, runs }: TemplateLibrary,
  name: string,
  path: readonly Step[] = [],
): Place | undefined {
  const all = [...runs, ...templates, ...clusterTemplates]
  for (const means of [(written: string) => written === name, (written: string) => mayBecome(written, name)]) {
    for (const { spec, document } of all) {
      const index = (spec.metrics ?? []).findIndex(metric => means(metric.name))
      if (index >= 0) return document.placeOf(['spec', 'metrics', index, ...path])
    }
  }
  return undefined
}

/** Whether a name with arguments in it, such as `errors-{{args.cluster}}`, becomes this one with some values. */
function mayBecome(written: string, name: string): boolean {
  const [first = '', ...rest] = written.split(/\{\{.*?\}\}/)
  if (rest.length === 0 || !name.startsWith(first)) return false
  const last = rest.at(-1) ?? ''
  let at = first.length
  for (const text of rest.slice(0, -1)) {
    const found = name.indexOf(text, at)
    if (found < 0) return false
    at = found + text.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

/** What is written there may be a credential, also where it has the wrong type. */
function holdsCredentials(path: readonly Step[]): boolean {
  return path.some(step => ['headers', 'authentication', 'address'].includes(String(step)))
}

/** No or several providers are left to the run, which ends with the controller's words. */
function requirePrometheus(document: Document, { metrics = [] }: AnalysisTemplateSpec): void {
  for (const [index, { name, provider }] of metrics.entries()) {
    const [only, second] = providersOf(provider)
    if (only === undefined || second !== undefined || only === 'prometheus') continue
    throw new ConfigurationError({
      problem: `metric ${JSON.stringify(name)} is measured by ${only}`,
      place: document.placeOf(['spec', 'metrics', index, 'provider']),
      cure: 'Only the prometheus provider can be measured without a cluster',
    })
  }
}
