import { type AnalysisOptions, type Argument, argumentsOf } from '../../rollouts/manifests/index.ts'
import { code, table } from './tables.ts'

/** The signals of AnalysisTemplates by name: what each asks, its arguments, and what it concludes without traffic. */
export function signalsTable(templates: Readonly<Record<string, AnalysisOptions>>): string {
  return table(
    ['Template', 'Metric', 'What it asks', 'Arguments', 'Without traffic'],
    Object.entries(templates).flatMap(([template, { signals }]) =>
      signals.map(signal => [
        code(template),
        code(signal.name),
        signal.question,
        argumentsOf(signal).map(written).join(', '),
        signal.noTraffic,
      ]),
    ),
  )
}

function written({ name, value }: Argument): string {
  return code(value === undefined ? name : `${name}=${value}`)
}
