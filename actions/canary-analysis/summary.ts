import { cell, codeBlock, table } from '../../markdown/index.ts'
import { type AnalysisReport, type AnalysisResult, type MetricReport, sparkline } from '../../steps/analyze/index.ts'

const headings: Readonly<Record<AnalysisResult, string>> = {
  successful: 'Analysis successful ✅',
  failed: 'Analysis failed ❌',
  error: 'Analysis could not be carried out ⚠️',
  inconclusive: 'Analysis inconclusive ❔',
  cancelled: 'Analysis cancelled ⏹️',
  'timed-out': 'Analysis not finished in time ⏱️',
}

/** GitHub takes a summary of 1 MiB: what is left out here is in the report. */
const mostMetrics = 100
const mostDetails = 20
const longestQuery = 10_000

/** What the job's summary says of an analysis, in GitHub Markdown: a row per metric, and more of those that did not hold. */
export function summarize(report: AnalysisReport): string {
  const bad = report.metrics.filter(({ phase }) => phase !== 'Successful' && phase !== 'Pending')
  const left = report.metrics.length - mostMetrics
  const parts = [
    `### ${headings[report.result]}`,
    cell(shorten(report.sentence, 4000)),
    ...(report.metrics.length === 0 ? [] : [overview(report.metrics.slice(0, mostMetrics))]),
    ...(left > 0 ? [`${left} more metrics are in the report.`] : []),
    ...bad.slice(0, mostDetails).map(details),
  ]
  return `${parts.join('\n\n')}\n`
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

function overview(metrics: readonly MetricReport[]): string {
  const rows = metrics.map(metric => [
    `${shorten(metric.name, 100)}${metric.dryRun ? ' (dry run)' : ''}`,
    metric.phase,
    conditions(metric),
    values(metric),
    metric.limits.map(use).join('; '),
    shorten(withoutQuery(metric.explanation), 1000),
  ])
  return table(['Metric', 'Phase', 'Conditions', 'Values', 'Limits', 'Why it ended'], rows)
}

/** The query as it was asked, and the newest measurements, folded. */
function details({ name, query, place, measurements }: MetricReport): string {
  const rows = measurements
    .slice(-10)
    .map(({ time, phase, value, message }) => [time, phase, shorten(value ?? message ?? '', 300)])
  return [
    `<details><summary>${cell(shorten(name, 100))}: query and last measurements</summary>`,
    codeBlock('promql', shorten(query.trim(), longestQuery)),
    table(['Time', 'Phase', 'Value'], rows),
    ...(place === undefined ? [] : [`Template: ${cell(place)}`]),
    '</details>',
  ].join('\n\n')
}

function conditions({ successCondition, failureCondition }: MetricReport): string {
  const parts = [successCondition && `success: ${successCondition}`, failureCondition && `failure: ${failureCondition}`]
  return shorten(parts.filter(part => part).join('; ') || 'none', 500)
}

function values({ measurements }: MetricReport): string {
  const firsts = measurements.map(({ values: [first] }) => (first === undefined ? undefined : Number(first)))
  const last = measurements.findLast(({ value }) => value !== undefined)?.value ?? 'none'
  return `${sparkline(firsts)} last ${shorten(last, 60)}`
}

function use({ name, limit, used }: MetricReport['limits'][number]): string {
  return `${name} ${used} of ${limit}, ${Math.max(limit - used, 0)} left`
}

/** The query stands below. */
function withoutQuery(explanation: string): string {
  const at = explanation.indexOf(' Query: `')
  return at < 0 ? explanation : explanation.slice(0, at)
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
