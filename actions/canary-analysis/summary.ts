import { type AnalysisReport, type AnalysisResult, type MetricReport, sparkline } from '../../steps/analyze/index.ts'
import { cell, table } from '../shell/index.ts'

const headings: Readonly<Record<AnalysisResult, string>> = {
  successful: 'Analysis successful',
  failed: 'Analysis failed',
  error: 'Analysis could not be carried out',
  inconclusive: 'Analysis inconclusive',
  cancelled: 'Analysis cancelled',
  'timed-out': 'Analysis not finished in time',
}

/** What the job's summary says of an analysis, in GitHub Markdown: a table with a row per metric. */
export function summarize(report: AnalysisReport): string {
  const rows = report.metrics.map(metric => [
    `${metric.name}${metric.dryRun ? ' (dry run)' : ''}`,
    metric.phase,
    conditions(metric),
    values(metric),
    metric.limits
      .map(({ name, limit, used }) => `${name} ${used} of ${limit}, ${Math.max(limit - used, 0)} left`)
      .join('; '),
    metric.explanation,
  ])
  const columns = ['Metric', 'Phase', 'Conditions', 'Values', 'Limits', 'Why it ended']
  const metrics = rows.length === 0 ? '' : `\n${table(columns, rows)}\n`
  return `### ${headings[report.result]}\n\n${cell(report.sentence)}\n${metrics}`
}

/** Why the step fails, each way in its own words; undefined when it does not. */
export function failureOf({ result, sentence, status }: AnalysisReport): string | undefined {
  const message = status.message === undefined ? '' : ` (${status.message})`
  switch (result) {
    case 'successful':
      return undefined
    case 'failed':
      return `Analysis failed: ${sentence}${message}`
    case 'error':
      return `Analysis ended in an error, so nothing is known of the release: ${sentence}${message}`
    case 'inconclusive':
      return `Analysis is inconclusive, so a person must decide: ${sentence}${message}`
    case 'cancelled':
      return `Analysis was cancelled, so nothing is known of the release: ${sentence}`
    case 'timed-out':
      return `Analysis was not finished when its timeout was over: ${sentence}`
  }
}

function conditions({ successCondition, failureCondition }: MetricReport): string {
  const parts = [successCondition && `success: ${successCondition}`, failureCondition && `failure: ${failureCondition}`]
  return parts.filter(part => part).join('; ') || 'none'
}

function values({ measurements }: MetricReport): string {
  const firsts = measurements.map(({ values: [first] }) => (first === undefined ? undefined : Number(first)))
  const last = measurements.findLast(({ value }) => value !== undefined)?.value ?? 'none'
  return `${sparkline(firsts)} last ${last.length > 60 ? `${last.slice(0, 59)}…` : last}`
}
