/** Colours have a contrast of at least 4.5 to what they stand on, in both schemes (WCAG 2.2, 1.4.3); a test measures it. */
const light = `--page: #f4f5f7; --card: #ffffff; --ink: #1b2026; --soft: #57606a; --edge: #d5dae0; --grid: #e7eaee; --axis: #8a939c; --line: #7d8792; --code: #f4f5f7;
--good: #12703a; --bad: #c01c28; --unsure: #8a5a00; --error: #7440c9; --rest: #57606a; --on: #ffffff; --link: #0a58ca`
const dark = `--page: #0e1116; --card: #171b21; --ink: #e8ecf1; --soft: #9aa4af; --edge: #2e353d; --grid: #262c34; --axis: #68727d; --line: #8b95a1; --code: #0f1318;
--good: #4cc474; --bad: #ff7b72; --unsure: #e0a63a; --error: #c297ff; --rest: #9aa4af; --on: #0e1116; --link: #79b0ff`

/** The page's only style. It names no other file, so that the page can be read anywhere. */
export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
@media print { :root { color-scheme: light; ${light}; --page: #ffffff; --code: #ffffff } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--page); max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem; overflow-wrap: anywhere }
h1, h2, p, figure, dl, dd, pre, ul { margin: 0 }
header { background: var(--card); border: 1px solid var(--edge); border-top: 5px solid var(--tone); border-radius: .6rem; padding: 1.4rem 1.6rem }
.kicker { color: var(--soft); font-size: .8rem; letter-spacing: .06em; text-transform: uppercase }
h1 { font-size: 1.7rem; line-height: 1.25; letter-spacing: -.01em; margin: .1rem 0 .6rem }
h2 { font-size: 1.15rem; line-height: 1.4; margin-bottom: .5rem } h2 .badge { margin-left: .25rem }
.lead { font-size: 1.05rem; margin-top: .8rem; max-width: 52rem }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .7rem 1.5rem; margin-top: 1.2rem; padding-top: 1rem; border-top: 1px solid var(--edge) }
.facts div:last-child { grid-column: 1 / -1 }
dt { color: var(--soft); font-size: .8rem; text-align: left }
dd { font-variant-numeric: tabular-nums }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: 1.25rem 1.6rem; margin-top: 1.1rem }
.Successful { --tone: var(--good) } .Failed { --tone: var(--bad) } .Inconclusive { --tone: var(--unsure) } .Error { --tone: var(--error) } .Pending, .Running { --tone: var(--rest) }
.badge { display: inline-flex; align-items: center; gap: .35rem; font-size: .8rem; font-weight: 600; line-height: 1.5; padding: .1rem .65rem .1rem .5rem; border-radius: 1rem; color: var(--on); background: var(--tone); vertical-align: .05em; white-space: nowrap; letter-spacing: 0 }
.badge .icon { --tone: var(--on) } .verdict .badge { font-size: 1rem; padding: .25rem 1rem .25rem .8rem; border-radius: 2rem }
.tag { font-size: .75rem; font-weight: 500; color: var(--soft); border: 1px solid var(--edge); border-radius: 1rem; padding: .05rem .55rem; vertical-align: .05em; white-space: nowrap }
.icon { width: 1em; height: 1em; flex: none; overflow: visible }
.icon path, .mark path { fill: var(--tone) } .icon.Error path, .mark.Error path { fill: none; stroke: var(--tone); stroke-width: 2.6; stroke-linecap: round }
.icon.Pending path, .icon.Running path { fill: none; stroke: var(--tone); stroke-width: 2.6 }
code, pre { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
code { background: var(--code); border: 1px solid var(--edge); border-radius: .3rem; padding: .05em .3em; overflow-wrap: anywhere; -webkit-box-decoration-break: clone; box-decoration-break: clone }
pre { background: var(--code); border: 1px solid var(--edge); border-radius: .4rem; padding: .5rem .7rem; white-space: pre-wrap; max-height: 16rem; overflow: auto }
figure { margin: 1rem 0 1.1rem } figcaption, .soft, footer { color: var(--soft); font-size: .85rem }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .85rem; margin-bottom: .5rem }
.legend li { display: inline-flex; align-items: center; gap: .4rem } .legend b { font-weight: 600; font-variant-numeric: tabular-nums }
.plot { display: block; width: calc(100% - 4rem); margin-left: 4rem; overflow: visible } .plot svg { overflow: visible }
.plot text { font-size: 12px; fill: var(--soft); text-anchor: end; font-variant-numeric: tabular-nums }
.plot .time text { text-anchor: middle } .plot .time .end { text-anchor: end }
.plot .bound { font-weight: 700 } .plot .bound.success { fill: var(--good) } .plot .bound.failure { fill: var(--bad) }
.grid { stroke: var(--grid) } .axis, .nick { stroke: var(--axis) }
.line { fill: none; stroke: var(--line); stroke-width: 1.6; stroke-linejoin: round; vector-effect: non-scaling-stroke }
.threshold { stroke-width: 2; vector-effect: non-scaling-stroke } .threshold.success { stroke: var(--good); stroke-dasharray: 9 5 } .threshold.failure { stroke: var(--bad); stroke-dasharray: 3 4 }
.zone { fill: var(--bad); opacity: .08 }
.mark path { stroke: var(--card); stroke-width: 1.5; paint-order: stroke } .mark.hollow path { fill: var(--card); stroke: var(--tone); stroke-width: 2 } .mark.Error path { stroke: var(--tone) }
.dense .mark.Successful path { transform: scale(.45); stroke: none }
.mark:hover path { stroke: var(--ink); stroke-width: 2 }
.columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem 2rem; align-items: start }
.definitions dt { margin-top: .6rem } .definitions dt:first-child { margin-top: 0 }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; font-weight: 400; padding: .35rem .8rem .35rem 0; vertical-align: top } th:last-child, td:last-child { padding-right: 0 }
thead th { color: var(--soft); font-size: .8rem } tbody tr { border-top: 1px solid var(--edge) } .number { text-align: right }
.number, thead th { white-space: nowrap; overflow-wrap: normal }
h3 { margin: 0 0 .3rem; font-size: .8rem; font-weight: 400; color: var(--soft) } .limits { list-style: none; padding: 0; font-size: .88rem; font-variant-numeric: tabular-nums }
.limits li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .3rem 0 .4rem } .limits svg { display: block; width: 100%; margin-top: .3rem }
.track { fill: var(--grid) } .used { fill: var(--tone) } .use { color: var(--soft) } .bad .use { color: var(--bad); font-weight: 600 }
.goal { --tone: var(--axis) } .ok { --tone: var(--unsure) } .bad { --tone: var(--bad) }
.measurements { margin-top: .5rem } .measurements .phase { white-space: nowrap } .measurements .icon { margin-right: .4rem; vertical-align: -.05em }
details { margin-top: 1rem } summary { cursor: pointer; color: var(--link); font-size: .9rem; width: fit-content } a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
footer { margin-top: 1.4rem }
@media (max-width: 42rem) {
  body { padding: .75rem } header, .card { padding: 1rem } h1 { font-size: 1.35rem }
  .columns { grid-template-columns: minmax(0, 1fr) } .every-other { display: none }
  .plot { width: calc(100% - 3.6rem); margin-left: 3.6rem } .facts { grid-template-columns: 1fr 1fr; gap: .6rem 1rem }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt } .card, header { break-inside: avoid; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  pre { max-height: none; overflow: visible } details::details-content { content-visibility: visible; block-size: auto } details { break-inside: auto } a { color: inherit; text-decoration: none }
}
`
