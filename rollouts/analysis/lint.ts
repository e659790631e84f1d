import type { Document, Place, Step } from '../../configuration/index.ts'
import { compileCondition, UnsupportedConditionError } from '../conditions/index.ts'
import { lookback } from '../promql/index.ts'
import { DurationError, parseGoDuration } from './go-duration.ts'
import type { AnalysisTemplateSpec, Metric } from './spec.ts'
import type { TemplateLibrary } from './template.ts'

/** An error makes every run end in Error or be refused; a warning is a trap that the controller's rules leave open. */
export type Finding = { rule: LintRule; severity: 'error' | 'warning'; problem: string; cure: string; place: Place }

export type LintRule =
  | 'duration'
  | 'limit-not-a-number'
  | 'interval-without-count'
  | 'unsupported-condition'
  | 'isnan-on-vector'
  | 'ratio-without-guard'
  | 'range-too-short'
  | 'dry-run-unanchored'

export type LintOptions = {
  /** How often targets are scraped, in milliseconds; 30 s when left out. */
  scrapeInterval?: number
}

/** Finds what templates and runs would fall into, each with its place and a cure. Nothing is measured. */
export function lintTemplates(library: TemplateLibrary, { scrapeInterval = 30_000 }: LintOptions = {}): Finding[] {
  return [...library.templates, ...library.clusterTemplates, ...library.runs].flatMap(({ spec, document }) => [
    ...(spec.metrics ?? []).flatMap((metric, index) => lintMetric(metric, index, document, scrapeInterval)),
    ...lintDryRun(spec, document),
  ])
}

type Found = Omit<Finding, 'place'> & { path: readonly Step[] }

function lintMetric(metric: Metric, index: number, document: Document, scrapeInterval: number): Finding[] {
  const found: Found[] = [
    ...durations(metric),
    ...limits(metric),
    ...conditions(metric),
    ...queries(metric, scrapeInterval),
  ]
  return found.map(({ path, ...finding }) => ({
    ...finding,
    place: document.placeOf(['spec', 'metrics', index, ...path]),
  }))
}

/** A value that arguments make is known only when it runs. */
function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{')
}

function* durations(metric: Metric): Iterable<Found> {
  for (const name of ['interval', 'initialDelay'] as const) {
    const value = metric[name]
    if (!value || isTemplated(value)) continue
    try {
      if (parseGoDuration(value) < 0) throw new DurationError(`time: negative duration "${value}"`)
    } catch (error) {
      if (!(error instanceof DurationError)) throw error
      const cure = 'Units are ms, s, m and h: a day is 24h'
      yield { rule: 'duration', severity: 'error', problem: `${name}: ${error.message}`, cure, path: [name] }
    }
  }
}

const limitNames = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const

function* limits(metric: Metric): Iterable<Found> {
  for (const name of limitNames) {
    const value = metric[name]
    if (typeof value !== 'string' || isTemplated(value) || /^[+-]?\d+$/.test(value)) continue
    yield {
      rule: 'limit-not-a-number',
      severity: 'error',
      problem: `${name} is ${JSON.stringify(value)}, which counts as unset`,
      cure: 'Write a whole number',
      path: [name],
    }
  }
  if (metric.interval && metric.count === undefined && metric.consecutiveSuccessLimit === undefined) {
    yield {
      rule: 'interval-without-count',
      severity: 'warning',
      problem:
        'an interval without a count: the metric is measured until the run is stopped, and no gate takes that for a pass',
      cure: 'Give a count, or a consecutiveSuccessLimit',
      path: ['interval'],
    }
  }
}

function* conditions(metric: Metric): Iterable<Found> {
  for (const name of ['successCondition', 'failureCondition'] as const) {
    const source = metric[name]
    if (!source) continue
    if (/\bisNaN\(\s*result\s*\)/.test(source)) {
      yield {
        rule: 'isnan-on-vector',
        severity: 'warning',
        problem: `${name}: isNaN(result) is an error when the query gives a vector, as nearly every query does`,
        cure: 'Write isNaN(result[0])',
        path: [name],
      }
    }
    if (isTemplated(source)) continue
    try {
      compileCondition(source)
    } catch (error) {
      if (!(error instanceof UnsupportedConditionError)) throw error
      yield {
        rule: 'unsupported-condition',
        severity: 'error',
        problem: `${name} uses ${error.feature}, which is not supported here`,
        cure: 'Write the condition without it, or run the analysis in a cluster',
        path: [name],
      }
    }
  }
}

function* queries(
  { provider, successCondition = '', failureCondition = '' }: Metric,
  scrapeInterval: number,
): Iterable<Found> {
  const query = provider.prometheus?.query ?? ''
  const path = ['provider', 'prometheus', 'query']
  const guarded = /\bisNaN\b|\blen\(\s*result\s*\)/.test(`${successCondition} ${failureCondition}`)
  if (/\)\s*\/\s*(?:on|ignoring|\w+\s*\(|\()/.test(query) && !/\bor\b|\bclamp_min\b|>\s*0/.test(query) && !guarded) {
    yield {
      rule: 'ratio-without-guard',
      severity: 'warning',
      problem: 'without traffic this ratio is NaN or empty: NaN compares false, and an empty result has no result[0]',
      cure: 'Say in the condition what no traffic means: len(result) == 0 || isNaN(result[0]) || …',
      path,
    }
  }
  const rates = [...query.matchAll(/\b(?:rate|irate|increase|delta|deriv)\s*\([^()]*\[[^\]:]*\]/g)].map(([rate]) =>
    lookback(rate),
  )
  const shortest = Math.min(...rates.filter(range => range > 0))
  if (shortest < 2 * scrapeInterval) {
    yield {
      rule: 'range-too-short',
      severity: 'warning',
      problem: `a range of ${shortest / 1000} s holds fewer than two scrapes of ${scrapeInterval / 1000} s: the rate is often empty`,
      cure: `Make the range at least ${(4 * scrapeInterval) / 1000}s`,
      path,
    }
  }
}

function lintDryRun({ metrics = [], dryRun = [] }: AnalysisTemplateSpec, document: Document): Finding[] {
  return dryRun.flatMap(({ metricName }, index) => {
    if (/^\^.*\$$/.test(metricName)) return []
    const also = metrics.filter(({ name }) => name !== metricName && name.includes(metricName))
    if (metricName !== '*' && also.length === 0) return []
    return [
      {
        rule: 'dry-run-unanchored',
        severity: metricName === '*' ? 'error' : 'warning',
        problem:
          metricName === '*'
            ? 'the rule is a regular expression, and * alone is none: the run ends in Error'
            : `the rule is an unanchored regular expression: it also takes ${also.map(({ name }) => name).join(', ')} out of the verdict`,
        cure: metricName === '*' ? 'Write .* for all metrics' : `Write ^${metricName}$`,
        place: document.placeOf(['spec', 'dryRun', index, 'metricName']),
      } satisfies Finding,
    ]
  })
}
