import { plot } from './plot.ts'
import type { AnalysisReport, MetricReport } from './report-schema.ts'

/** The report as one HTML file that needs no network, no script and no other file. */
export function htmlReport(report: AnalysisReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${report.name}: ${report.result}`)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(report.name)} <span class="badge ${report.status.phase}">${report.result}</span></h1>
<p>${escapeHtml(report.sentence)}</p>
<p class="faint">${report.startedAt} to ${report.finishedAt}${
    report.status.message === undefined ? '' : `. The controller's message: ${escapeHtml(report.status.message)}`
  }</p>
${report.metrics.map(section).join('\n')}
</body>
</html>
`
}

function section(metric: MetricReport): string {
  const facts: [string, string | undefined][] = [
    ['Query', metric.query],
    ['successCondition', metric.successCondition],
    ['failureCondition', metric.failureCondition],
    ['Template', metric.place],
  ]
  return `<section>
<h2>${escapeHtml(metric.name)} <span class="badge ${metric.phase}">${metric.phase}${metric.dryRun ? ', dry run' : ''}</span></h2>
<p>${escapeHtml(metric.explanation)}</p>
${metric.measurements.length === 0 ? '' : plot(metric)}
<dl>${facts.map(([name, value]) => (value ? `<dt>${name}</dt><dd><code>${escapeHtml(value)}</code></dd>` : '')).join('')}</dl>
<table><tr><th>Limit</th><th>Used</th><th>Allowed</th><th>Left</th></tr>${metric.limits
    .map(({ name, limit, used }) => row([name, used, limit, Math.max(limit - used, 0)].map(String)))
    .join('')}</table>
<details><summary>${metric.measurements.length} measurements</summary>
<table><tr><th>Time</th><th>Phase</th><th>Value</th></tr>${metric.measurements
    .map(({ time, phase, value, message, warnings = [] }) =>
      row([time, phase, [value ?? message ?? '', ...warnings].join(' ')]),
    )
    .join('')}</table></details>
</section>`
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)
}

const style = `
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --unsure: #9a6700; --error: #8250df; --faint: #767676 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2rem auto; padding: 0 1rem }
h2 { margin: 2rem 0 .5rem; font-size: 1.15rem }
.badge { font-size: .8rem; padding: .1rem .5rem; border-radius: 1rem; color: #fff; background: var(--faint); vertical-align: middle }
.badge.Successful { background: var(--good) } .badge.Failed { background: var(--bad) }
.badge.Inconclusive { background: var(--unsure) } .badge.Error { background: var(--error) }
.faint, dt { color: var(--faint) } code { overflow-wrap: anywhere; white-space: pre-wrap }
svg { width: 100%; height: auto; display: block } svg text { font-size: 11px; fill: var(--faint) }
.axis, .line { fill: none; stroke: var(--faint) } .line { opacity: .6 }
.threshold { fill: none; stroke: var(--bad); stroke-dasharray: 5 4 }
circle.Successful { fill: var(--good) } circle.Failed { fill: var(--bad) } circle.Inconclusive { fill: var(--unsure) }
path.Error { fill: none; stroke: var(--error); stroke-width: 2 }
table { border-collapse: collapse; margin: .5rem 0 } th, td { text-align: left; padding: .15rem .8rem .15rem 0; overflow-wrap: anywhere }
`
