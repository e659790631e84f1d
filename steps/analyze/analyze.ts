import { writeFile } from 'node:fs/promises'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Clock, Log } from '../../host/index.ts'
import {
  type AnalysisOutcome,
  type MetricProgress,
  type Observation,
  prometheusProvider,
  runAnalysis,
} from '../../rollouts/analysis/index.ts'
import { insecureFetch, redactor } from '../../rollouts/prometheus/index.ts'
import type { KubernetesHost } from './cluster.ts'
import { htmlReport } from './html/index.ts'
import { sayMeasurement, type WatchedMetric, type Watcher } from './progress.ts'
import { makeReport } from './report.ts'
import type { AnalysisReport } from './report-schema.ts'
import type { AnalyzeRequest } from './request.ts'
import { secretValues } from './secrets.ts'

export type AnalyzeHost = {
  clock: Clock
  fetch: typeof fetch
  log: Log
  /** Ends the run as `terminate` does; the report is still written. */
  signal: AbortSignal
  /** Is told of the plan and of each measurement, beside the log. */
  watcher?: Watcher
  /** Measures here where a template names no address. */
  defaultPrometheusUrl?: string
  /** Needed by a request that names a cluster. */
  kubernetes?: KubernetesHost
}

/** Plays an analysis, says each measurement as it is taken, and writes the report where one is asked for. */
export async function analyze(request: AnalyzeRequest, host: AnalyzeHost): Promise<AnalysisReport> {
  for (const note of request.notes) host.log.warning(note)
  const outcome = await play(request, host).catch(error => {
    throw withoutSecrets(error, request)
  })
  const report = makeReport(request, outcome)
  if (request.report !== undefined) {
    await writeFile(`${request.report}.json`, `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(`${request.report}.html`, htmlReport(report))
  }
  return report
}

/** What cannot be played is told with the values of a metric, which arguments may have been filled into. */
function withoutSecrets(error: unknown, { secrets }: AnalyzeRequest): unknown {
  if (!(error instanceof ConfigurationError)) return error
  const redact = redactor(secretValues(secrets))
  if (redact(error.message) === error.message && typeof error.fault.value !== 'string') return error
  const { problem, value, cure, place } = error.fault
  return new ConfigurationError({
    problem: redact(problem),
    ...(place && { place }),
    ...(value !== undefined && {
      value: typeof value === 'string' ? redact(value) : redact(JSON.stringify(value) ?? ''),
    }),
    ...(cure !== undefined && { cure: redact(cure) }),
  })
}

async function play(request: AnalyzeRequest, host: AnalyzeHost): Promise<AnalysisOutcome> {
  const { clock, log, signal, kubernetes, watcher } = host
  const told = {
    onPlan: (metrics: readonly WatchedMetric[]) => watcher?.started(metrics),
    onMeasurement(metric: WatchedMetric, observation: Observation, progress: MetricProgress) {
      sayMeasurement(log, metric, observation, progress)
      watcher?.measured(metric, observation, progress)
    },
  }
  if (request.cluster) {
    if (!kubernetes) throw new Error('no cluster can be reached from here')
    const { playInCluster } = await import('./cluster.ts')
    return playInCluster(request, request.cluster, { clock, log, signal, kubernetes }, told)
  }
  return runAnalysis(request.spec, {
    query: prometheusProvider({
      fetch: host.fetch,
      insecureFetch,
      headers: request.headers,
      secrets: secretValues(request.secrets),
      ...(request.prometheusUrl !== undefined && { url: request.prometheusUrl }),
      ...(host.defaultPrometheusUrl !== undefined && { defaultUrl: host.defaultPrometheusUrl }),
    }),
    ...{ clock, signal, secrets: request.secrets, ...told },
    ...(request.timeout !== undefined && { timeout: request.timeout }),
  })
}
