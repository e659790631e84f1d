import { ConfigurationError } from '../../configuration/index.ts'
import type { Clock } from '../../host/index.ts'
import { evaluateResult, UnsupportedConditionError } from '../conditions/index.ts'
import { redactor } from '../prometheus/index.ts'
import type { Secrets } from './arguments.ts'
import { assessRun, isTerminating } from './assess.ts'
import { type MetricOutcome, metricOutcome } from './outcome.ts'
import { type PlannedMetric, planRun } from './plan.ts'
import { type MetricProgress, progressOf } from './progress.ts'
import { MeasurementError, type Query } from './provider.ts'
import { dueMetrics, nextPass, tick } from './schedule.ts'
import type { AnalysisRunSpec } from './spec.ts'
import { addMeasurement, type MeasurementState, newMetric, newRun, type RunState, toStatus } from './state.ts'
import { type AnalysisRunStatus, isCompleted } from './status.ts'

/**
 * One measurement of a metric, with the numbers behind its value. Times are milliseconds. `asked` is false where the
 * metric's provider could not even be made: the controller keeps no query then.
 */
export type Observation = MeasurementState & { values: readonly number[]; cure?: string; asked?: false }

export type RunOptions = {
  query: Query
  clock: Clock
  /** Ends the run as `spec.terminate` does; what is being measured is dropped. */
  signal?: AbortSignal
  /** Milliseconds after which the run is ended as `spec.terminate` does, between two passes. */
  timeout?: number
  secrets?: Secrets
  /** Called before the first measurement with what will be measured; not when the spec is refused. */
  onPlan?: (metrics: readonly PlannedMetric[]) => void
  /** Called as each measurement is taken, before the run is assessed. */
  onMeasurement?: (metric: PlannedMetric, observation: Observation, progress: MetricProgress) => void
}

/** How a run came to its end: by itself, by a request to stop, or because `timeout` was over. */
export type Ending = 'completed' | 'terminated' | 'cut-short'

export type AnalysisOutcome = {
  /** The controller's status and verdict, as they are: a run that was terminated is Successful. */
  status: AnalysisRunStatus
  ending: Ending
  /** In the spec's order; empty when the spec was refused. */
  metrics: readonly MetricOutcome[]
  startedAt: number
  finishedAt: number
}

/**
 * Plays an analysis as the Argo Rollouts controller does (`analysis/analysis.go`), pass after pass on the given clock.
 * What goes wrong with a measurement or the spec is in the status; a ConfigurationError is thrown only for what can be
 * done in a cluster alone. No secret is in what it gives.
 */
export async function runAnalysis(spec: AnalysisRunSpec, options: RunOptions): Promise<AnalysisOutcome> {
  const { clock } = options
  const startedAt = clock.now()
  const plan = planRun(spec, options.secrets ?? new Map())
  if (plan.kind === 'refused') {
    const status: AnalysisRunStatus = { phase: 'Error', message: plan.message, metricResults: [] }
    return { status, ending: 'completed', metrics: [], startedAt, finishedAt: clock.now() }
  }
  options.onPlan?.(plan.metrics)
  const redact = redactor(plan.secrets)
  const signal = options.signal ?? new AbortController().signal
  const deadline = startedAt + (options.timeout ?? Number.POSITIVE_INFINITY)
  const history = new Map<string, Observation[]>(plan.metrics.map(({ name }) => [name, []]))
  let state = newRun
  for (;;) {
    const ending = endingOf(spec, signal, clock.now() >= deadline)
    const due = ending !== 'completed' || isTerminating(state) ? [] : dueMetrics(state, plan.metrics, clock.now())
    const taken = await Promise.all(due.map(metric => observe(metric, state, options, signal, redact)))
    const observed = due.flatMap((metric, index) => {
      const observation = taken[index]
      return observation ? [{ metric, observation }] : []
    })
    for (const { metric, observation } of observed) history.get(metric.name)?.push(observation)
    state = withObservations(state, observed, redact)
    state = assessRun(state, plan.metrics, { terminate: ending !== 'completed', now: clock.now() })
    // Nothing is trimmed where the provider cannot be made: the controller asks it to forget, too.
    state = trimmed(
      state,
      plan.metrics.filter(({ name }) => history.get(name)?.at(-1)?.asked !== false),
    )
    if (isCompleted(state.phase)) {
      const metrics = plan.metrics.map(metric =>
        metricOutcome(metric, state.results.get(metric.name), history.get(metric.name) ?? [], redact),
      )
      return { status: toStatus(state), ending, metrics, startedAt, finishedAt: clock.now() }
    }
    await untilNextPass(state, plan.metrics, { clock, signal, deadline })
  }
}

function endingOf(spec: AnalysisRunSpec, signal: AbortSignal, late: boolean): Ending {
  if (spec.terminate || signal.aborted) return 'terminated'
  return late ? 'cut-short' : 'completed'
}

async function untilNextPass(
  state: RunState,
  metrics: readonly PlannedMetric[],
  { clock, signal, deadline }: { clock: Clock; signal: AbortSignal; deadline: number },
): Promise<void> {
  const now = clock.now()
  const next = Math.min(
    isTerminating(state) ? now + tick : (nextPass(state, metrics, now) ?? Number.POSITIVE_INFINITY),
    deadline,
  )
  if (next === Number.POSITIVE_INFINITY) throw new Error('the analysis waits for nothing')
  try {
    await clock.sleep(Math.max(next - now, 0), signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Undefined when the run was stopped meanwhile. */
async function observe(
  metric: PlannedMetric,
  state: RunState,
  { query, clock, onMeasurement }: RunOptions,
  signal: AbortSignal,
  redact: (text: string) => string,
): Promise<Observation | undefined> {
  const startedAt = clock.now()
  const observation = await measure(metric, query, startedAt, signal, redact)
  if (!observation) return undefined
  const finished = {
    ...observation,
    message: redact(observation.message),
    warnings: observation.warnings.map(redact),
    ...(observation.cure !== undefined && { cure: redact(observation.cure) }),
    startedAt,
    finishedAt: clock.now(),
  }
  onMeasurement?.(
    metric,
    finished,
    progressOf(metric, withObservations(state, [{ metric, observation: finished }], redact)),
  )
  return finished
}

async function measure(
  metric: PlannedMetric,
  query: Query,
  now: number,
  signal: AbortSignal,
  redact: (text: string) => string,
): Promise<Omit<Observation, 'startedAt' | 'finishedAt'> | undefined> {
  try {
    const { result, warnings } = await query(metric.prometheus, now, signal)
    const values = result.kind === 'scalar' ? [result.value] : result.values
    const verdict = evaluateResult(result, metric.successCondition, metric.failureCondition)
    // The controller drops value and warnings of a measurement whose condition cannot be evaluated.
    return verdict.phase === 'Error'
      ? { phase: 'Error', message: verdict.message, value: '', warnings: [], values }
      : { phase: verdict.phase, message: '', value: result.text, warnings, values }
  } catch (error) {
    if (signal.aborted) return undefined
    if (error instanceof UnsupportedConditionError) throw unsupported(metric, error, redact)
    if (!(error instanceof MeasurementError)) throw error
    const { message, cure, asked } = error
    return {
      ...{ phase: 'Error', message, value: '', warnings: [], values: [] },
      ...(cure !== undefined && { cure }),
      ...(!asked && { asked }),
    }
  }
}

/** Most of what is not supported is refused when the run is planned; this depends on the value. */
function unsupported(
  { name }: PlannedMetric,
  { message }: UnsupportedConditionError,
  redact: (text: string) => string,
): ConfigurationError {
  return new ConfigurationError({
    problem: `metric ${JSON.stringify(name)}: ${redact(message)}`,
    cure: 'Write the condition without it, or run the analysis in a cluster',
  })
}

function withObservations(
  state: RunState,
  observed: readonly { metric: PlannedMetric; observation: Observation }[],
  redact: (text: string) => string,
): RunState {
  const results = new Map(state.results)
  for (const { metric, observation } of observed) {
    const { name, dryRun, prometheus } = metric
    const query = observation.asked === false ? undefined : redact(prometheus.query ?? '')
    results.set(name, addMeasurement(results.get(name) ?? newMetric(name, dryRun, query), observation))
  }
  return { ...state, results }
}

function trimmed(state: RunState, metrics: readonly PlannedMetric[]): RunState {
  const results = new Map(state.results)
  for (const { name, retained } of metrics) {
    const result = results.get(name)
    if (!result || result.measurements.length <= retained) continue
    results.set(name, { ...result, measurements: result.measurements.slice(-retained) })
  }
  return { ...state, results }
}
