import { createHash } from 'node:crypto'
import { formatDuration } from '../../../configuration/index.ts'
import type { AnalysisReport, AnalysisResult } from '../report-schema.ts'
import { badge } from './marks.ts'
import { section } from './section.ts'
import { style } from './style.ts'
import { escapeHtml, sentence, shortened } from './text.ts'

/** No more metrics than a page can hold; the JSON report has them all. */
const mostMetrics = 200

/** The report as one HTML file that needs no network, no script and no other file, on a screen and on paper. */
export function htmlReport(report: AnalysisReport): string {
  const shown = report.metrics.slice(0, mostMetrics)
  const left = report.metrics.length - shown.length
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${report.name.slice(0, 200)}: ${headings[report.result].toLowerCase()}`)}</title>
<style>${style}</style>
</head>
<body>
<header class="${tones[report.result]}">
<p class="kicker">Analysis report</p>
<h1>${shortened(report.name, 200)}</h1>
<p class="verdict">${badge(tones[report.result], headings[report.result])}</p>
<p class="lead">${sentence(report.sentence)}</p>
${facts(report)}
</header>
<main>
${shown.length > 1 ? overview(report) : ''}
${shown.map((metric, index) => section(metric, `metric-${index + 1}`, report.sentence)).join('\n')}
${left > 0 ? `<p class="soft">${left} more metrics are in the JSON report.</p>` : ''}
</main>
<footer>Made by Stovepipe, which plays Argo Rollouts analyses as the controller does. Times are UTC.</footer>
</body>
</html>
`
}

const headings: Readonly<Record<AnalysisResult, string>> = {
  successful: 'Successful',
  failed: 'Failed',
  error: 'Error',
  inconclusive: 'Inconclusive',
  cancelled: 'Cancelled',
  'timed-out': 'Timed out',
}

/** The phase whose colour and shape a result has. */
const tones: Readonly<Record<AnalysisResult, AnalysisReport['status']['phase']>> = {
  ...{ successful: 'Successful', failed: 'Failed', error: 'Error', inconclusive: 'Inconclusive' },
  ...{ cancelled: 'Pending', 'timed-out': 'Pending' },
}

const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

function facts({ startedAt, finishedAt, metrics, status }: AnalysisReport): string {
  const took = Date.parse(finishedAt) - Date.parse(startedAt)
  const measured = metrics.reduce((sum, { measurements }) => sum + measurements.length, 0)
  const rows: [string, string][] = [
    ['Started', time(startedAt)],
    ['Finished', time(finishedAt)],
    ['Took', took < 1000 ? 'under 1s' : formatDuration(took)],
    ['Measurements', `${measured} of ${metrics.length} ${metrics.length === 1 ? 'metric' : 'metrics'}`],
    ['AnalysisRun', `${status.phase}${status.message === undefined ? '' : `: ${shortened(status.message, 1000)}`}`],
  ]
  return `<dl class="facts">${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`
}

function time(iso: string): string {
  return `<time datetime="${escapeHtml(iso)}">${escapeHtml(iso.replace('T', ' ').replace('Z', ''))}</time>`
}

/** All metrics at a glance. */
function overview({ metrics }: AnalysisReport): string {
  const rows = metrics
    .slice(0, mostMetrics)
    .map(
      ({ name, phase, dryRun, measurements }, index) =>
        `<tr><th scope="row"><a href="#metric-${index + 1}">${shortened(name, 120)}</a>${dryRun ? ' <span class="tag">dry run</span>' : ''}</th><td>${badge(phase)}</td><td class="number">${measurements.length}</td></tr>`,
    )
  return `<section class="card"><h2>Metrics</h2><table class="overview"><thead><tr><th scope="col">Metric</th><th scope="col">Phase</th><th scope="col" class="number">Measurements</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`
}
