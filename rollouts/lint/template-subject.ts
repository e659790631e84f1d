import type { Document } from '../../configuration/index.ts'
import type { AnalysisTemplateSpec, Metric } from '../analysis/index.ts'

export type TemplateKind = 'AnalysisTemplate' | 'ClusterAnalysisTemplate' | 'AnalysisRun'

/** A template, or a run, as it was read. */
export type Linted = { kind: TemplateKind; name: string; spec: AnalysisTemplateSpec; document: Document }

type Reference = NonNullable<AnalysisTemplateSpec['templates']>[number]

/** One template among all that are looked at. */
export type TemplateSubject = Linted & {
  all: readonly Linted[]
  /** Itself, then what it refers to, directly and through others. */
  merged: readonly Linted[]
  /** It, and all that references join it with, in either direction: what may run together. */
  together: readonly Linted[]
  /** Whether another template refers to it, directly or through others. */
  isReachedFrom(other: Linted): boolean
  /** The template that a reference names; undefined when it is not among all. */
  referred(reference: Reference): Linted | undefined
  /** Names of the arguments that are given from outside. */
  given: ReadonlySet<string>
}

/** Puts every template in the company it may run in. */
export function templateSubjects(all: readonly Linted[], given: ReadonlySet<string>): TemplateSubject[] {
  const named = new Map(all.toReversed().map(linted => [`${linted.kind} ${linted.name}`, linted]))
  const referred = ({ templateName, clusterScope = false }: Reference) =>
    named.get(`${clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'} ${templateName}`)
  const groups = joined(all, referred)
  const merged = new Map(all.map(linted => [linted, new Set(reached(linted, referred))]))
  return all.map(linted => ({
    ...linted,
    ...{ all, referred, given },
    merged: [...(merged.get(linted) ?? [])],
    isReachedFrom: (other: Linted) => merged.get(other)?.has(linted) === true,
    together: groups.get(linted) ?? [linted],
  }))
}

/** The templates that references join, by each of them. */
function joined(all: readonly Linted[], referred: (reference: Reference) => Linted | undefined): Map<Linted, Linted[]> {
  const neighbours = new Map<Linted, Linted[]>(all.map(linted => [linted, []]))
  for (const linted of all) {
    for (const other of (linted.spec.templates ?? []).map(referred).filter(each => each !== undefined)) {
      neighbours.get(linted)?.push(other)
      neighbours.get(other)?.push(linted)
    }
  }
  const groups = new Map<Linted, Linted[]>()
  for (const linted of all) {
    if (groups.has(linted)) continue
    const group: Linted[] = []
    const open = [linted]
    for (let next = open.pop(); next; next = open.pop()) {
      if (groups.has(next)) continue
      groups.set(next, group)
      group.push(next)
      open.push(...(neighbours.get(next) ?? []))
    }
  }
  return groups
}

/** A template and all it refers to, depth first, each once. */
function reached(from: Linted, referred: (reference: Reference) => Linted | undefined): Linted[] {
  const found = new Set<Linted>()
  const open = [from]
  for (let next = open.pop(); next; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(
      ...(next.spec.templates ?? [])
        .map(referred)
        .filter(each => each !== undefined)
        .toReversed(),
    )
  }
  return [...found]
}

/** The metrics of templates that run together. */
export function metricsOf(templates: readonly Linted[]): Metric[] {
  return templates.flatMap(({ spec }) => spec.metrics ?? [])
}
