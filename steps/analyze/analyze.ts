import { writeFile } from 'node:fs/promises'
import type { Clock, Log } from '../../host/index.ts'
import { type Observation, type PlannedMetric, prometheusProvider, runAnalysis } from '../../rollouts/analysis/index.ts'
import { insecureFetch } from '../../rollouts/prometheus/index.ts'
import { htmlReport } from './html/index.ts'
import { makeReport } from './report.ts'
import type { AnalysisReport } from './report-schema.ts'
import type { AnalyzeRequest } from './request.ts'

export type AnalyzeHost = {
  clock: Clock
  fetch: typeof fetch
  log: Log
  /** Ends the run as `terminate` does; the report is still written. */
  signal: AbortSignal
  /** Measures here where a template names no address. */
  defaultPrometheusUrl?: string
}

/** Plays an analysis, says each measurement as it is taken, and writes the report where one is asked for. */
export async function analyze(request: AnalyzeRequest, host: AnalyzeHost): Promise<AnalysisReport> {
  const { log } = host
  for (const note of request.notes) log.warning(note)
  const outcome = await runAnalysis(request.spec, {
    query: prometheusProvider({
      fetch: host.fetch,
      insecureFetch,
      headers: request.headers,
      ...(request.prometheusUrl !== undefined && { url: request.prometheusUrl }),
      ...(host.defaultPrometheusUrl !== undefined && { defaultUrl: host.defaultPrometheusUrl }),
    }),
    clock: host.clock,
    signal: host.signal,
    secrets: request.secrets,
    ...(request.timeout !== undefined && { timeout: request.timeout }),
    onMeasurement: (metric, observation) => say(log, metric, observation),
  })
  const report = makeReport(request, outcome)
  if (request.report !== undefined) {
    await writeFile(`${request.report}.json`, `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(`${request.report}.html`, htmlReport(report))
  }
  return report
}

function say(log: Log, { name, dryRun }: PlannedMetric, { phase, value, message, warnings, cure }: Observation): void {
  const what = phase === 'Error' ? message : value
  log.info(`${name}${dryRun ? ' (dry run)' : ''}: ${phase} ${what.length > 200 ? `${what.slice(0, 199)}…` : what}`)
  for (const warning of warnings) log.warning(`${name}: Prometheus warns: ${warning}`)
  if (cure !== undefined) log.debug(`${name}: ${cure}`)
}
