import type { Document, Step } from '../../configuration/index.ts'
import { type Ignores, readIgnores } from './ignore.ts'
import { metricSubject } from './metric-subject.ts'
import { readLinted } from './read.ts'
import type { Finding, Found, Rule } from './rule.ts'
import { rules } from './rules/index.ts'
import { type TemplateSubject, templateSubjects } from './template-subject.ts'

export type LintOptions = {
  /** How often targets are scraped, in milliseconds; 30 s when left out. */
  scrapeInterval?: number
  /** Values of arguments, which go before the templates' own. */
  args?: Readonly<Record<string, string>>
}

/** How many templates and runs were looked at, and what was found, in the order of the files and lines. */
export type LintResult = { templates: number; findings: Finding[] }

/** What is found in reading, before any rule looks. */
export const readingRules = [
  { id: 'invalid-yaml', severity: 'error', about: 'A file that is no YAML' },
  {
    id: 'invalid-template',
    severity: 'error',
    about: 'A document that the CRD refuses, as a `value` that is a number',
  },
  {
    id: 'ignore-comment',
    severity: 'warning',
    about: 'A comment that silences a rule without a reason, or one that is none',
  },
] as const

/**
 * Finds what AnalysisTemplates, ClusterAnalysisTemplates and AnalysisRuns would fall into, each with its place and a cure;
 * other documents are skipped. Nothing is measured.
 */
export function lintDocuments(documents: readonly Document[], options: LintOptions = {}): LintResult {
  const { args = {}, scrapeInterval = 30_000 } = options
  const { linted, findings } = readLinted(documents)
  const subjects = templateSubjects(linted, new Set(Object.keys(args)))
  const ignores = ignoresOf(subjects)
  const found = subjects.flatMap(subject => {
    const covered = ignores.get(subject.document.file)
    return findingsIn(subject, args, scrapeInterval).flatMap(({ lines, ...finding }) =>
      covered?.covers(finding.rule, lines) ? [] : [finding],
    )
  })
  const all = [...findings, ...[...ignores.values()].flatMap(each => each.findings), ...found]
  return { templates: linted.length, findings: inOrder(all, documents) }
}

type Placed = Finding & { lines: (number | undefined)[] }

function findingsIn(
  subject: TemplateSubject,
  given: Readonly<Record<string, string>>,
  scrapeInterval: number,
): Placed[] {
  const declared = new Set((subject.spec.args ?? []).map(({ name }) => name))
  const values = new Map<string, string>()
  for (const { name, value } of subject.spec.args ?? []) {
    const known = Object.hasOwn(given, name) ? given[name] : value
    if (known !== undefined) values.set(name, known)
  }
  const found = (rule: Rule, { path, offset, problem, cure, severity }: Found, root: readonly Step[]): Placed => {
    const whole = ['spec', ...root, ...path]
    const { document } = subject
    const place = offset === undefined ? document.placeOf(whole) : document.placeIn(whole, offset)
    const lines = [place, document.placeOf(whole, { key: true })].map(each => ('line' in each ? each.line : undefined))
    return { rule: rule.id, severity: severity ?? rule.severity, problem, cure, place, lines }
  }
  const metrics = (subject.spec.metrics ?? []).flatMap((metric, index) => {
    const read = metricSubject(metric, { values, declared, scrapeInterval })
    return rules.flatMap(rule =>
      rule.scope === 'metric' ? [...rule.check(read)].map(each => found(rule, each, ['metrics', index])) : [],
    )
  })
  const template = rules.flatMap(rule =>
    rule.scope === 'template' ? [...rule.check(subject)].map(each => found(rule, each, [])) : [],
  )
  return [...metrics, ...template]
}

function ignoresOf(subjects: readonly TemplateSubject[]): Map<string, Ignores> {
  const known = new Set([...rules, ...readingRules].map(({ id }) => id))
  const files = new Map(subjects.map(({ document }) => [document.file, document]))
  return new Map([...files].map(([file, document]) => [file, readIgnores(document, known)]))
}

function inOrder(findings: readonly Finding[], documents: readonly Document[]): Finding[] {
  const files = [...new Set(documents.map(({ file }) => file))]
  const key = ({ place }: Finding): [number, number, number] =>
    'file' in place ? [files.indexOf(place.file), place.line ?? 0, place.column ?? 0] : [0, 0, 0]
  return findings.toSorted((left, right) => {
    const [one, other] = [key(left), key(right)]
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2]
  })
}
