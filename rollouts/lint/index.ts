import { readingRules } from './lint.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules/index.ts'

export { type LintOptions, type LintResult, lintDocuments } from './lint.ts'
export { findingOf } from './read.ts'
export type { Finding, Severity } from './rule.ts'

/** Every rule as the documentation tells it. */
export const ruleTable: readonly Pick<Rule, 'id' | 'severity' | 'about'>[] = [...readingRules, ...rules]
