import { type AnalysisReport, type MetricReport, sparkline } from '../../steps/analyze/index.ts'
import { plain } from '../log.ts'

/** The report as lines for a terminal. */
export function renderReport({ name, result, sentence, metrics }: AnalysisReport): string {
  return `${[plain(`${name}: ${result}`), plain(sentence), '', ...metrics.flatMap(metric => renderMetric(metric, sentence))].join('\n')}\n`
}

/** Why it ended as it did, unless that is what was `said` of the run. */
function renderMetric(metric: MetricReport, said: string): string[] {
  const { name, phase, dryRun, limits, explanation, measurements } = metric
  const values = measurements.map(({ values: [first] }) => (first === undefined ? undefined : Number(first)))
  return [
    `${plain(name)}${dryRun ? ' (dry run)' : ''}: ${phase}  ${sparkline(values)}`,
    ...(explanation === said ? [] : [`  ${plain(explanation)}`]),
    `  ${limits.map(({ name: limit, limit: allowed, used }) => `${limit} ${used} of ${allowed}`).join(', ')}`,
  ]
}
