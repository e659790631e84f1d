import { ConfigurationError } from '../../configuration/index.ts'
import { type Condition, compileCondition, UnsupportedConditionError } from '../conditions/index.ts'
import { redactor, secretsInAddress, secretsInHeader } from '../prometheus/index.ts'
import { ArgumentError, resolveMetric, type Secrets, withoutSecrets, withSecrets } from './arguments.ts'
import { parseGoDuration } from './go-duration.ts'
import { type Limits, limitsOf } from './limits.ts'
import { dryRunMetrics, retainedMeasurements } from './rules.ts'
import type { AnalysisRunSpec, Metric, PrometheusMetric } from './spec.ts'
import { providersOf, SpecError, validateMetrics } from './validate.ts'

/** A metric ready to be measured: arguments filled in, conditions compiled. Times are milliseconds. */
export type PlannedMetric = {
  name: string
  dryRun: boolean
  limits: Limits
  interval: number | undefined
  initialDelay: number | undefined
  /** How many measurements the status keeps. */
  retained: number
  prometheus: PrometheusMetric
  successCondition: Condition | undefined
  failureCondition: Condition | undefined
}

/** What a run will do, or the message with which the controller would end it at once, in phase Error. */
export type Plan =
  | { kind: 'ready'; metrics: readonly PlannedMetric[]; secrets: readonly string[] }
  | { kind: 'refused'; message: string }

/**
 * Fills in arguments and checks the spec, in the controller's order (`analysis/analysis.go`, reconcileAnalysisRun).
 * Throws a ConfigurationError for what only the controller can do: another provider than Prometheus, or a condition
 * that is not supported here.
 */
export function planRun(spec: AnalysisRunSpec, secrets: Secrets): Plan {
  try {
    const args = spec.args ?? []
    const metrics = spec.metrics.map(metric => resolveMetric(metric, withoutSecrets(args)))
    validateMetrics(metrics)
    const names = metrics.map(metric => metric.name)
    const dryRun = dryRunMetrics(spec.dryRun ?? [], names)
    const retained = retainedMeasurements(spec.measurementRetention ?? [], names)
    const known = withSecrets(args, secrets)
    const redact = redactor(known.values)
    return {
      kind: 'ready',
      secrets: known.values,
      metrics: metrics.map((metric, index) => ({
        name: metric.name,
        dryRun: dryRun.has(metric.name),
        limits: limitsOf(metric),
        interval: metric.interval ? parseGoDuration(metric.interval) : undefined,
        initialDelay: metric.initialDelay ? parseGoDuration(metric.initialDelay) : undefined,
        retained: retained(metric.name),
        ...measured(resolveMetric(spec.metrics[index] ?? metric, known.args), redact),
      })),
    }
  } catch (error) {
    // The controller quotes whole metrics, with the credentials that stand in them.
    const redact = redactor(credentialsIn(spec))
    if (error instanceof ArgumentError) {
      return { kind: 'refused', message: redact(`Unable to resolve metric arguments: ${error.message}`) }
    }
    if (error instanceof SpecError)
      return { kind: 'refused', message: redact(`Analysis spec invalid: ${error.message}`) }
    throw error
  }
}

function credentialsIn({ metrics }: AnalysisRunSpec): string[] {
  return metrics.flatMap(({ provider: { prometheus } }) => [
    ...(prometheus?.headers ?? []).flatMap(({ value }) => secretsInHeader(withoutTags(value))),
    ...secretsInAddress(withoutTags(prometheus?.address ?? '')),
    withoutTags(prometheus?.authentication?.oauth2?.clientSecret ?? ''),
  ])
}

/** `{{args.x}}` is no secret, what it stands for is. */
function withoutTags(text: string): string {
  return text.replace(/\{\{.*?\}\}/gs, ' ')
}

function measured(metric: Metric, redact: (text: string) => string) {
  const { prometheus } = metric.provider
  if (!prometheus) {
    throw new ConfigurationError({
      problem: `metric ${JSON.stringify(metric.name)} is measured by ${providersOf(metric.provider).join(', ')}`,
      cure: 'Only the prometheus provider can be measured without a cluster',
    })
  }
  return {
    prometheus,
    successCondition: compile(metric, 'successCondition', redact),
    failureCondition: compile(metric, 'failureCondition', redact),
  }
}

function compile(
  metric: Metric,
  which: 'successCondition' | 'failureCondition',
  redact: (text: string) => string,
): Condition | undefined {
  const source = metric[which]
  if (!source) return undefined
  try {
    return compileCondition(source)
  } catch (cause) {
    if (!(cause instanceof UnsupportedConditionError)) throw cause
    throw new ConfigurationError({
      problem: `metric ${JSON.stringify(metric.name)}: ${which} uses ${redact(cause.feature)}, which is not supported here`,
      value: redact(source), // without its cause, which holds the condition with its arguments
      cure: 'Write the condition without it, or run the analysis in a cluster',
    })
  }
}
