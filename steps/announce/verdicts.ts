import type { CheckAnnotation, CheckConclusion, CheckContent } from '../../github/index.ts'
import { cell, codeBlock, table } from '../../markdown/index.ts'
import type { AnalysisAccount, MetricAccount } from '../promote/index.ts'

/** How a verdict is told: what the check run concludes, and its title. */
export type Told = { conclusion: CheckConclusion; title: string; at: number }

/** Metrics that a check run has room for. */
const most = 50

/** What a check run tells of an analysis that ended. `fileOf` names a file in the check run's repository, if it is there. */
export function tellAccount(
  { conclusion, title, at }: Told,
  { sentence, metrics }: Pick<AnalysisAccount, 'sentence' | 'metrics'>,
  fileOf: (file: string) => string | undefined,
  more: readonly string[] = [],
): Pick<CheckContent, 'state' | 'title' | 'summary' | 'text' | 'annotations'> {
  const annotations = metrics.flatMap(metric => annotationOf(metric, fileOf)).slice(0, most)
  return {
    state: { kind: 'completed', conclusion, at },
    title,
    summary: [...more, sentence].map(line => cell(line)).join('\n\n'),
    ...(metrics.length > 0 && { text: textOf(metrics) }),
    ...(annotations.length > 0 && { annotations }),
  }
}

function annotationOf(metric: MetricAccount, fileOf: (file: string) => string | undefined): CheckAnnotation[] {
  const { phase, place, name, dryRun, explanation } = metric
  if (!hasNotHeld(metric) || place === undefined || 'input' in place) return []
  const path = fileOf(place.file)
  if (path === undefined) return []
  const level = phase === 'Inconclusive' || dryRun ? 'warning' : 'failure'
  return [{ path, line: place.line ?? 1, level, message: explanation, title: `${name}: ${phase}` }]
}

function hasNotHeld({ phase }: MetricAccount): boolean {
  return phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'
}

function textOf(metrics: readonly MetricAccount[]): string {
  const rows = metrics
    .slice(0, most)
    .map(({ name, phase, dryRun, place }) => [`${name}${dryRun ? ' (dry run)' : ''}`, phase, where(place)])
  const left = metrics.length - most
  return [
    table(['Metric', 'Phase', 'AnalysisTemplate'], rows),
    ...(left > 0 ? [`${left} more metrics are not shown.`] : []),
    ...metrics.slice(0, most).filter(hasNotHeld).map(why),
  ].join('\n\n')
}

function why({ name, explanation }: MetricAccount): string {
  return `${cell(name)}:\n\n${codeBlock('text', explanation.slice(0, 4000))}`
}

function where(place: MetricAccount['place']): string {
  if (place === undefined || 'input' in place) return ''
  return place.line === undefined ? place.file : `${place.file}:${place.line}`
}
