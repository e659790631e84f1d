import { DurationError, parseGoDuration } from './go-duration.ts'
import { intValue } from './limits.ts'
import type { Metric } from './spec.ts'

/** A spec that the controller refuses to run; the message is the controller's. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
}

/** Checks resolved metrics as the controller does (`utils/analysis/factory.go`, ValidateMetrics); throws a SpecError. */
export function validateMetrics(metrics: readonly Metric[]): void {
  if (metrics.length === 0) throw new SpecError('no metrics specified')
  const names = new Set<string>()
  for (const [index, metric] of metrics.entries()) {
    if (names.has(metric.name)) throw new SpecError(`metrics[${index}]: duplicate name '${metric.name}'`)
    names.add(metric.name)
    const fault = metricFault(metric)
    if (fault !== undefined) throw new SpecError(`metrics[${index}]: ${fault}`)
  }
}

/** What the controller refuses in a metric whose arguments are filled in, in its words; undefined when nothing. */
export function metricFault(metric: Metric): string | undefined {
  return limitFault(metric) ?? durationFault(metric) ?? providerFault(metric)
}

function limitFault(metric: Metric): string | undefined {
  const count = intValue(metric.count)
  const failureLimit = intValue(metric.failureLimit)
  const consecutiveSuccessLimit = intValue(metric.consecutiveSuccessLimit)
  const inconclusiveLimit = intValue(metric.inconclusiveLimit)
  if (consecutiveSuccessLimit < 0n) return 'consecutiveSuccessLimit must be >= 0'
  if (failureLimit < -1n) return 'failureLimit must be >= 0, or -1 to be disabled'
  if (consecutiveSuccessLimit === 0n && failureLimit === -1n) {
    return 'failureLimit and consecutiveSuccessLimit cannot both be disabled'
  }
  if (inconclusiveLimit < 0n) return 'inconclusiveLimit must be >= 0'
  if (intValue(metric.consecutiveErrorLimit) < 0n) return 'consecutiveErrorLimit must be >= 0'
  if (count > 0n) {
    // Go's int wraps around: limits that are too large together refuse nothing.
    if (failureLimit >= 0n && count < BigInt.asIntN(64, failureLimit + consecutiveSuccessLimit)) {
      return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failureLimit} + ${consecutiveSuccessLimit}) if both >= 0`
    }
    if (failureLimit < 0n && count < consecutiveSuccessLimit) return 'count must be >= consecutiveSuccessLimit'
    if (count < inconclusiveLimit) return 'count must be >= inconclusiveLimit'
  }
  return count > 1n && !metric.interval ? 'interval must be specified when count > 1' : undefined
}

function durationFault({ interval, initialDelay }: Metric): string | undefined {
  const fault = (text: string | undefined) => {
    try {
      if (text) parseGoDuration(text)
      return undefined
    } catch (error) {
      if (error instanceof DurationError) return error.message
      throw error
    }
  }
  const intervalFault = fault(interval)
  if (intervalFault !== undefined) return `invalid interval string: ${intervalFault}`
  const delayFault = fault(initialDelay)
  return delayFault === undefined ? undefined : `invalid startDelay string: ${delayFault}`
}

function providerFault({ provider }: Metric): string | undefined {
  const found = providersOf(provider).length
  return found === 0 ? 'no provider specified' : found > 1 ? 'multiple providers specified' : undefined
}

const knownProviders = [
  'prometheus',
  'job',
  'web',
  'wavefront',
  'kayenta',
  'datadog',
  'newRelic',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
]

/** The providers that a metric names; each plugin counts for itself. */
export function providersOf(provider: Metric['provider']): string[] {
  const { plugin } = provider
  const plugins = typeof plugin === 'object' && plugin !== null ? Object.keys(plugin) : []
  const named = knownProviders.filter(name => provider[name] !== undefined && provider[name] !== null)
  return [...named, ...plugins.map(name => `plugin ${name}`)]
}
