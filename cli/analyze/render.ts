import { type AnalysisReport, type MetricReport, sparkline } from '../../steps/analyze/index.ts'

/** The report as lines for a terminal. */
export function renderReport({ name, result, sentence, metrics }: AnalysisReport): string {
  return `${[`${name}: ${result}`, printable(sentence), '', ...metrics.flatMap(renderMetric)].join('\n')}\n`
}

function renderMetric({ name, phase, dryRun, limits, explanation, measurements }: MetricReport): string[] {
  const values = measurements.map(({ values: [first] }) => (first === undefined ? undefined : Number(first)))
  return [
    `${printable(name)}${dryRun ? ' (dry run)' : ''}: ${phase}  ${sparkline(values)}`,
    `  ${printable(explanation)}`,
    `  ${limits.map(({ name: limit, limit: allowed, used }) => `${limit} ${used} of ${allowed}`).join(', ')}`,
  ]
}

/** Text from outside must not move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
