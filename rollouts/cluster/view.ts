import type { Log } from '../../host/index.ts'
import type { KubernetesObject } from '../../kubernetes/index.ts'
import {
  type AnalysisRunStatus,
  type DescribedMetric,
  isCompleted,
  type MetricOutcome,
  type MetricProgress,
  type Observation,
  recordedOutcome,
  recordedProgress,
} from '../analysis/index.ts'
import { History } from './history.ts'
import { statusOf } from './status.ts'

/** Told of each measurement as it is seen. */
export type OnMeasurement = (metric: DescribedMetric, observation: Observation, progress: MetricProgress) => void

/** What has been seen of a run so far. */
export class RunView {
  readonly #metrics: readonly DescribedMetric[]
  readonly #history = new History()
  readonly #log: Log
  readonly #onMeasurement: OnMeasurement
  #status: AnalysisRunStatus = { phase: 'Pending', metricResults: [] }

  constructor(metrics: readonly DescribedMetric[], log: Log, onMeasurement: OnMeasurement) {
    this.#metrics = metrics
    this.#log = log
    this.#onMeasurement = onMeasurement
  }

  /** Looks at the run as it is now, and tells what was measured since. */
  take(run: KubernetesObject): void {
    this.#status = statusOf(run)
    for (const { metric: name, observation, missed } of this.#history.add(this.#status)) {
      if (missed > 0)
        this.#log.warning(`${name}: ${missed} measurements were dropped from the run before they were seen`)
      const metric = this.#metrics.find(known => known.name === name)
      const result = this.#status.metricResults.find(known => known.name === name)
      if (metric && result) this.#onMeasurement(metric, observation, recordedProgress(metric, result, observation))
    }
  }

  /** The run can no longer be seen: nothing is known of how it ends. */
  lose(why: string): void {
    this.#status = { ...this.#status, phase: 'Error', message: why }
  }

  get completed(): boolean {
    return isCompleted(this.#status.phase)
  }

  /** Whether the controller has begun with it. */
  get begun(): boolean {
    return this.#status.startedAt !== undefined || this.completed
  }

  /** The controller writes down each query as it sent it, with the secrets in it: here they are hidden. */
  get status(): AnalysisRunStatus {
    const secret = new Map(
      this.#metrics.filter(({ holdsSecret }) => holdsSecret).map(({ name, query }) => [name, query]),
    )
    const metricResults = this.#status.metricResults.map(result => {
      const query = secret.get(result.name)
      if (query === undefined || result.metadata?.ResolvedPrometheusQuery === undefined) return result
      return { ...result, metadata: { ...result.metadata, ResolvedPrometheusQuery: query } }
    })
    return { ...this.#status, metricResults }
  }

  get outcomes(): MetricOutcome[] {
    return this.#metrics.map(metric => {
      const result = this.#status.metricResults.find(({ name }) => name === metric.name)
      return recordedOutcome(metric, result, this.#history.of(metric.name))
    })
  }
}
