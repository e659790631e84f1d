import type { Document } from '../../configuration/index.ts'
import type { Finding } from './rule.ts'

/** What a comment silences: one rule, on one line, for a reason. */
type Ignore = { rule: string; line: number }

/** The comments `# stovepipe-lint-ignore RULE: reason` of a file, and what is wrong with them. */
export type Ignores = { covers(rule: string, lines: readonly (number | undefined)[]): boolean; findings: Finding[] }

/**
 * Reads the comments that silence rules: one beside something counts for its line, one alone for the next line that is no
 * comment. One without a reason, or for a rule that is none, silences nothing and is a finding itself.
 */
export function readIgnores(document: Document, known: ReadonlySet<string>): Ignores {
  const comments = document.comments()
  const alone = new Set(comments.filter(comment => comment.alone).map(({ line }) => line))
  const ignores: Ignore[] = []
  const findings: Finding[] = []
  for (const comment of comments) {
    const [, rest] = /^stovepipe-lint-ignore\b(.*)$/.exec(comment.text) ?? []
    if (rest === undefined) continue
    const [, rule = '', reason = ''] = /^\s*([\w-]*)\s*(?::\s*(.*))?$/.exec(rest) ?? []
    const place = { file: document.file, line: comment.line, column: comment.column }
    const problem = faultOf(rule, reason, known)
    if (problem !== undefined) {
      findings.push({
        rule: 'ignore-comment',
        severity: 'warning',
        problem,
        cure: 'Write # stovepipe-lint-ignore RULE: reason',
        place,
      })
      continue
    }
    let line = comment.line
    while (comment.alone && alone.has(line)) line++
    ignores.push({ rule, line })
  }
  return {
    covers: (rule, lines) => ignores.some(ignore => ignore.rule === rule && lines.includes(ignore.line)),
    findings,
  }
}

function faultOf(rule: string, reason: string, known: ReadonlySet<string>): string | undefined {
  if (rule === '') return 'a comment that silences no rule'
  if (!known.has(rule)) return `there is no rule ${rule}`
  return reason.trim() === '' ? `the rule ${rule} is silenced without a reason, so it is not` : undefined
}
