import type { MeasurementReport, MetricReport } from '../report-schema.ts'
import { limitBars } from './limits.ts'
import { badge, icon } from './marks.ts'
import { mostMarks, mostSeries, plot } from './plot.ts'
import { escapeHtml, sentence, shortened } from './text.ts'

/** Rows of the table; the newest are kept. */
const mostRows = 1000
const longestQuery = 20_000

/** What became of one metric: why it ended, how it went, what it asks, what is used of its limits, every measurement. `said` was said above. */
export function section(metric: MetricReport, id: string, said: string): string {
  const { name, phase, dryRun, measurements } = metric
  return `<section class="card metric" id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name">${shortened(name, 200)} ${badge(phase)}${dryRun ? ' <span class="tag">dry run</span>' : ''}</h2>
${metric.explanation === said ? '' : `<p>${sentence(withoutQuery(metric))}</p>`}
${measurements.length === 0 ? '' : `<figure>${legend(metric)}${plot(metric, id)}${caption(metric)}</figure>`}
<div class="columns">
${definitions(metric)}
${limitBars(metric)}
</div>
${measurements.length === 0 ? '' : table(metric)}
</section>`
}

/** The query stands below in full. */
function withoutQuery({ explanation }: MetricReport): string {
  const at = explanation.indexOf(' Query: `')
  return at < 0 ? explanation : explanation.slice(0, at)
}

function legend({ measurements, thresholds }: MetricReport): string {
  const phases = (['Successful', 'Failed', 'Inconclusive', 'Error'] as const)
    .map(phase => ({ phase, count: measurements.filter(measurement => measurement.phase === phase).length }))
    .filter(({ count }) => count > 0)
    .map(({ phase, count }) => `<li>${icon(phase)}${phase} <b>${count}</b></li>`)
  const bounds = thresholds.map(
    ({ condition, operator, value }) =>
      `<li><svg class="dash" width="24" height="8" aria-hidden="true"><line class="threshold ${condition}" x1="0" x2="24" y1="4" y2="4"/></svg>${condition} ${escapeHtml(operator)} ${value}</li>`,
  )
  return `<ul class="legend">${[...phases, ...bounds].join('')}</ul>`
}

/** Says what the plot leaves out. */
function caption({ measurements }: MetricReport): string {
  const most = measurements.reduce((widest, { values }) => Math.max(widest, values.length), 0)
  const notes = [
    ...(measurements.length > mostMarks ? [`Of ${measurements.length} measurements the extremes are drawn.`] : []),
    ...(most > mostSeries ? [`Of up to ${most} values the first ${mostSeries} are drawn.`] : []),
  ]
  return notes.length === 0 ? '' : `<figcaption>${notes.join(' ')}</figcaption>`
}

function definitions({ query, successCondition, failureCondition, place }: MetricReport): string {
  const facts: [string, string | undefined][] = [
    ['Query', query.trim()],
    ['successCondition', successCondition],
    ['failureCondition', failureCondition],
    ['Template', place],
  ]
  const rows = facts.flatMap(([name, value]) =>
    value ? [`<dt>${name}</dt><dd><pre tabindex="0">${shortened(value, longestQuery)}</pre></dd>`] : [],
  )
  return `<dl class="definitions">${rows.join('')}</dl>`
}

function table({ measurements }: MetricReport): string {
  const shown = measurements.slice(-mostRows)
  const left = measurements.length - shown.length
  const summary = `${measurements.length} measurement${measurements.length === 1 ? '' : 's'}${left > 0 ? `, the last ${mostRows} here` : ''}`
  return `<details><summary>${summary}</summary><table class="measurements"><thead><tr><th scope="col">Time</th><th scope="col">Phase</th><th scope="col">Value</th></tr></thead><tbody>${shown.map(row).join('')}</tbody></table></details>`
}

function row({ time, phase, value, message, warnings = [] }: MeasurementReport): string {
  const said = [value ?? message ?? '', ...warnings.map(warning => `Warning: ${warning}`)].map(text =>
    shortened(text, 500),
  )
  return `<tr><td>${escapeHtml(time.replace('T', ' ').replace('Z', ''))}</td><td class="phase">${icon(phase)}${phase}</td><td>${said.join('<br>')}</td></tr>`
}
