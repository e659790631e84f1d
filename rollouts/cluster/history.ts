import type { AnalysisRunStatus, Measurement, MetricResult, Observation } from '../analysis/index.ts'
import { isCompleted } from '../analysis/index.ts'

/** A measurement that was not there before, and how many before it were dropped from the status unseen. */
export type Found = { metric: string; observation: Observation; missed: number }

/**
 * Collects measurements from one status of a run after the other. A status keeps only the newest ones, so what was
 * measured is told by the counters: every measurement raises `count` or `error`.
 */
export class History {
  readonly #seen = new Map<string, number>()
  readonly #taken = new Map<string, Observation[]>()

  /** Takes in a status; gives what is new in it, oldest first. */
  add({ metricResults }: AnalysisRunStatus): Found[] {
    return metricResults.flatMap(result => this.#addResult(result)).sort((a, b) => finish(a) - finish(b))
  }

  of(metric: string): readonly Observation[] {
    return this.#taken.get(metric) ?? []
  }

  #addResult({ name, measurements = [], count = 0, error = 0 }: MetricResult): Found[] {
    const finished = measurements.flatMap(measurement => observed(measurement) ?? [])
    const seen = this.#seen.get(name) ?? 0
    const fresh = count + error - seen
    if (fresh <= 0) return []
    this.#seen.set(name, count + error)
    const found = finished.slice(-fresh)
    this.#taken.set(name, [...this.of(name), ...found])
    return found.map((observation, index) => ({
      metric: name,
      observation,
      missed: index === 0 ? fresh - found.length : 0,
    }))
  }
}

/** A measurement as it is observed in a status; undefined while it is being taken. */
export function observed({
  phase,
  message,
  startedAt,
  finishedAt,
  value,
  metadata,
}: Measurement): Observation | undefined {
  if (!isCompleted(phase) || finishedAt === undefined) return undefined
  return {
    phase,
    message: message ?? '',
    value: value ?? '',
    values: numbersIn(value ?? ''),
    warnings: warningsIn(metadata?.warnings ?? ''),
    startedAt: Date.parse(startedAt ?? finishedAt),
    finishedAt: Date.parse(finishedAt),
  }
}

/** The numbers of a value such as `[0.5,NaN]` or `1e+06`; none if it is anything else. */
function numbersIn(value: string): number[] {
  const items = value
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(item => item.trim())
  const numbers = items.map(item =>
    item === '+Inf' ? Number.POSITIVE_INFINITY : item === '-Inf' ? Number.NEGATIVE_INFINITY : Number(item),
  )
  const sound = items.every((item, index) => item !== '' && (item === 'NaN' || !Number.isNaN(numbers[index])))
  return sound ? numbers : []
}

/** The controller writes Prometheus' warnings as `"one", "two"`. */
function warningsIn(text: string): string[] {
  return text === '' ? [] : text.replace(/^"|"$/g, '').split('", "')
}

function finish({ observation }: Found): number {
  return observation.finishedAt
}
