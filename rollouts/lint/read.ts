import { ConfigurationError, type Document } from '../../configuration/index.ts'
import { loadTemplates } from '../analysis/index.ts'
import type { Finding } from './rule.ts'
import type { Linted, TemplateKind } from './template-subject.ts'

/**
 * Reads the AnalysisTemplates, ClusterAnalysisTemplates and AnalysisRuns among the documents; other kinds are skipped. One
 * that is not as the CRD wants it is a finding.
 */
export function readLinted(documents: readonly Document[]): { linted: Linted[]; findings: Finding[] } {
  const linted: Linted[] = []
  const findings: Finding[] = []
  for (const document of documents) {
    const kind = kindOf(document)
    if (kind === undefined) continue
    try {
      const { templates, clusterTemplates, runs } = loadTemplates([document], { providers: 'any' })
      for (const { name, spec } of [...templates, ...clusterTemplates, ...runs])
        linted.push({ kind, name, spec, document })
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      findings.push(findingOf(error, 'invalid-template', document.placeOf([])))
    }
  }
  return { linted, findings }
}

/** A finding for a document that cannot be read. */
export function findingOf({ fault }: ConfigurationError, rule: string, place: Finding['place']): Finding {
  const cure = fault.cure ?? 'Correct it: the API server would refuse it'
  return { rule, severity: 'error', problem: fault.problem, cure, place: fault.place ?? place }
}

const kinds: ReadonlySet<unknown> = new Set(['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'])

function isLinted(kind: unknown): kind is TemplateKind {
  return kinds.has(kind)
}

function kindOf({ value }: Document): TemplateKind | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const kind: unknown = Reflect.get(value, 'kind')
  return isLinted(kind) ? kind : undefined
}
