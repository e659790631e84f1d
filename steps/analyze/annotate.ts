import { relative, resolve, sep } from 'node:path'
import type { Place } from '../../configuration/index.ts'
import type { Log } from '../../host/index.ts'
import { placeOfMetric, type TemplateLibrary } from '../../rollouts/analysis/index.ts'
import type { AnalysisReport, MetricReport } from './report-schema.ts'
import type { AnalyzeRequest } from './request.ts'

/**
 * GitHub shows ten annotations of a kind for a step, and drops the rest; the step's own failure is one of them
 * (docs.github.com, workflow commands).
 */
const most = 9

/**
 * Says of each metric that did not hold why, at its place in its template: an error where it failed or could not be
 * measured, a warning where it is inconclusive or counts for nothing. Files are named from `base`, as GitHub wants them.
 */
export function annotate(
  { metrics }: AnalysisReport,
  { library, dryRun }: Pick<AnalyzeRequest, 'library' | 'dryRun'>,
  base: string,
  log: Log,
): void {
  const bad = metrics.filter(({ phase }) => phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive')
  const [errors, warnings] = [bad.filter(isError), bad.filter(metric => !isError(metric))]
  function isError(metric: MetricReport): boolean {
    return metric.phase !== 'Inconclusive' && !metric.dryRun && !dryRun
  }
  const placeIn = ({ name }: MetricReport) => placeOf(library, name, base)
  for (const metric of errors.slice(0, most)) log.error(metric.explanation, placeIn(metric))
  for (const metric of warnings.slice(0, most)) {
    log.warning(`${metric.dryRun ? 'dry run: ' : ''}${metric.explanation}`, placeIn(metric))
  }
  const left = Math.max(errors.length - most, 0) + Math.max(warnings.length - most, 0)
  if (left > 0) log.info(`${left} more metrics did not hold: the summary has them all`)
}

/** Where a metric stands in its template; the file is named from `base`. Undefined for one that is not below it. */
export function placeOf(library: TemplateLibrary, name: string, base: string): FilePlace | undefined {
  const place = placeOfMetric(library, name)
  if (place === undefined || 'input' in place) return undefined
  const file = relative(base, resolve(base, place.file))
  // An annotation on a file that is not in the repository is shown nowhere.
  return file === '..' || file.startsWith(`..${sep}`) ? undefined : { ...place, file: file.replaceAll(sep, '/') }
}

type FilePlace = Extract<Place, { file: string }>
