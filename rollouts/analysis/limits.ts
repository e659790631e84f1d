import type { IntOrString, Metric } from './spec.ts'

/** What ends a metric. Counters are 32-bit in the controller, so the limits are cut to 32 bits as it cuts them. */
export type Limits = {
  /** Measurements without error after which the metric is done; undefined when it runs until it is stopped. */
  count: number | undefined
  failure: number
  /** False when failureLimit is -1: the metric never fails by its failures alone. */
  failureApplies: boolean
  inconclusive: number
  consecutiveError: number
  consecutiveSuccess: number
  consecutiveSuccessApplies: boolean
}

const defaultConsecutiveErrorLimit = 4

/** Reads a metric's limits and its effective count (`analysis_types.go`, EffectiveCount). */
export function limitsOf(metric: Metric): Limits {
  const count = intValue(metric.count)
  return {
    count: count !== 0n ? int32(count) : metric.interval ? undefined : 1,
    failure: int32(intValue(metric.failureLimit)),
    failureApplies: intValue(metric.failureLimit) >= 0n,
    inconclusive: int32(intValue(metric.inconclusiveLimit)),
    consecutiveError:
      metric.consecutiveErrorLimit === undefined
        ? defaultConsecutiveErrorLimit
        : int32(intValue(metric.consecutiveErrorLimit)),
    consecutiveSuccess: int32(intValue(metric.consecutiveSuccessLimit)),
    consecutiveSuccessApplies: intValue(metric.consecutiveSuccessLimit) > 0n,
  }
}

/**
 * The number that Kubernetes makes of a limit (`intstr.IntValue`): a string goes through Go's Atoi, whose errors are
 * ignored, so `"abc"`, `" 5"` and `"5.0"` act as 0. None counts as 0.
 */
export function intValue(value: IntOrString | undefined): bigint {
  if (value === undefined) return 0n
  if (typeof value === 'number') return BigInt(value)
  if (!/^[+-]?\d+$/.test(value)) return 0n
  const number = BigInt(value.replace(/^\+/, ''))
  return number > largest ? largest : number < -largest - 1n ? -largest - 1n : number
}

const largest = 2n ** 63n - 1n

function int32(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}
