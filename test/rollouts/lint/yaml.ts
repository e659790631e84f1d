import { formatPlace, readDocuments } from '../../../configuration/index.ts'
import { type LintOptions, lintDocuments } from '../../../rollouts/lint/index.ts'

/** What lint says of a text, as `line:column rule`. */
export function lint(yaml: string, options: LintOptions = {}): string[] {
  return lintDocuments(readDocuments(yaml, 'a.yaml'), options).findings.map(
    ({ rule, place }) => `${formatPlace(place).replace('a.yaml:', '')} ${rule}`,
  )
}

/** The same, without places. */
export function rulesIn(yaml: string, options: LintOptions = {}): string[] {
  return lintDocuments(readDocuments(yaml, 'a.yaml'), options).findings.map(({ rule }) => rule)
}

/** A document of a kind with this spec; the spec begins on line 5. */
export function document(spec: string, { kind = 'AnalysisTemplate', name = 'a' } = {}): string {
  return `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${indented(spec, 2)}\n`
}

/** A template with one metric, `m`; the lines begin on line 7. */
export function metric(lines: string, rest = 'args: []'): string {
  return document(`${rest}\nmetrics:\n  - name: m\n${indented(lines, 4)}`).replace('spec:\n  args: []\n', 'spec:\n')
}

/** Lines of a metric with this query, and conditions that are right for a vector. */
export function asking(
  query: string,
  conditions = 'successCondition: len(result) > 0 && !isNaN(result[0]) && result[0] < 1',
): string {
  return `${conditions}\nprovider: { prometheus: { query: ${JSON.stringify(query)} } }`
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map(line => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n')
}
