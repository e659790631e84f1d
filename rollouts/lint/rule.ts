import type { Place, Step } from '../../configuration/index.ts'
import type { MetricSubject } from './metric-subject.ts'
import type { TemplateSubject } from './template-subject.ts'

/** An error makes every run end in Error or be refused; a warning is a trap that the controller's rules leave open. */
export type Severity = 'error' | 'warning'

/** One trap, where it is, and the way out. */
export type Finding = { rule: string; severity: Severity; problem: string; cure: string; place: Place }

/** What a rule finds: `path` leads from the metric, or from the spec, to the value, `offset` to a character of its text. */
export type Found = {
  path: readonly Step[]
  offset?: number
  problem: string
  cure: string
  /** Where it differs from the rule's own. */
  severity?: Severity
}

/** A rule looks at one metric or at one template. `about` is its line in the documentation. */
export type Rule = { id: string; severity: Severity; about: string } & (
  | { scope: 'metric'; check(metric: MetricSubject): Iterable<Found> }
  | { scope: 'template'; check(template: TemplateSubject): Iterable<Found> }
)
