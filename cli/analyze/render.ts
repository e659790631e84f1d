import { type AnalysisReport, type MetricReport, sparkline } from '../../steps/analyze/index.ts'
import { plain } from '../log.ts'

/** The report as lines for a terminal. */
export function renderReport({ name, result, sentence, metrics }: AnalysisReport): string {
  return `${[plain(`${name}: ${result}`), plain(sentence), '', ...metrics.flatMap(renderMetric)].join('\n')}\n`
}

function renderMetric({ name, phase, dryRun, limits, explanation, measurements }: MetricReport): string[] {
  const values = measurements.map(({ values: [first] }) => (first === undefined ? undefined : Number(first)))
  return [
    `${plain(name)}${dryRun ? ' (dry run)' : ''}: ${phase}  ${sparkline(values)}`,
    `  ${plain(explanation)}`,
    `  ${limits.map(({ name: limit, limit: allowed, used }) => `${limit} ${used} of ${allowed}`).join(', ')}`,
  ]
}
