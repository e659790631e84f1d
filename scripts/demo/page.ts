import { type Band, type Bar, type Line, laneChart, lineChart, palette, text } from './chart.ts'
import { type Cell, type Second, total } from './load.ts'
import { type Played, went } from './scene.ts'
import type { Row } from './table.ts'
import type { PinChange } from './timeline.ts'

/** All that the page shows. Times are milliseconds since the epoch. */
export type Story = {
  from: number
  to: number
  clusters: readonly string[]
  canaries: readonly string[]
  played: readonly Played[]
  rows: readonly Row[]
  pins: readonly PinChange[]
  seconds: readonly Second[]
  named: (tag: string) => string
}

/** A whole HTML page, readable without a network: what each scene came to, and what happened over time. */
export function page(story: Story): string {
  const { from, to, clusters, played, rows } = story
  const end = (to - from) / 1000
  const since = (at: number) => (at - from) / 1000
  const bands = played.map(
    (one): Band => ({ from: since(one.from), to: since(one.to), label: one.scene.letter, ok: went(one) }),
  )
  const ok = played.every(went)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Stovepipe demo: ${ok ? 'as it should' : 'otherwise'}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .4em .6em; border-bottom: 1px solid #ddd }
td.number { text-align: right } .bad { color: #b00020; font-weight: bold } small { color: #555 }
svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif } svg .name { text-anchor: end } svg .tick { text-anchor: middle; fill: #555 }
svg rect.band { fill: #00000008; stroke: #0002 } svg rect.band.bad { fill: #b0002018; stroke: none } svg text.band { font-weight: bold } svg .grid { stroke: #ddd }
</style>
<h1>Stovepipe demo</h1>
<p>One image, one dev and three prod clusters, the canary cluster first. Letters above the charts are the scenes.</p>
${table(rows)}
<h2>What Git pins</h2>
${laneChart(clusters, pinBars(story), bands, end)}
<p><small>One colour for each pin: an image together with its configuration.</small></p>
<h2>Requests answered by the canary cluster</h2>
${lineChart([shareLine(story)], bands, { end, top: 10, unit: '%' })}
<h2>Requests that failed</h2>
${lineChart(errorLines(story), bands, { end, top: 10, unit: '%' })}
<p><small>The last two over the ${smoothing} s before each moment, from the answers that the load generator got.</small></p>
</html>
`
}

function table(rows: readonly Row[]): string {
  const body = rows.map(
    ({ letter, title, verdict, what, time, requests, canary, errors, faults }) =>
      `<tr><td>${letter}<td>${text(title)}<br><small>${text(what)}</small>${faults
        .map(fault => `<br><span class="bad">${text(fault)}</span>`)
        .join(
          '',
        )}<td>${text(verdict)}<td class="number">${time}<td class="number">${requests}<td class="number">${canary}<td>${errors
        .map(text)
        .join('<br>')}`,
  )
  return `<table><tr><th><th>scene<th>went<th>time<th>requests<th>canary<th>errors by release and cluster\n${body.join('\n')}</table>`
}

/** One bar for as long as a cluster kept a pin; equal pins have equal colours. */
function pinBars({ from, to, clusters, pins, named }: Story): Bar[] {
  const kinds = [...new Set(pins.map(pin => `${pin.digest} ${pin.base}`))]
  const bases = [...new Set(pins.map(({ base }) => base))]
  return clusters.flatMap((cluster, lane) => {
    const own = pins.filter(pin => pin.cluster === cluster)
    return own.map((pin, index): Bar => {
      const configuration = bases.indexOf(pin.base) === 0 ? '' : ` + base ${bases.indexOf(pin.base) + 1}`
      const start = Math.max(0, (pin.at - from) / 1000)
      return {
        lane,
        from: start,
        to: Math.max(start, ((own[index + 1]?.at ?? to) - from) / 1000),
        label: `${named(pin.tag)}${configuration}`,
        title: `${pin.tag} ${pin.digest}, base ${pin.base.slice(0, 12)}: ${pin.subject} (${pin.commit.slice(0, 12)})`,
        colour: palette[kinds.indexOf(`${pin.digest} ${pin.base}`) % palette.length] ?? '',
      }
    })
  })
}

/** Seconds over which ratios are taken. */
const smoothing = 5

function shareLine({ from, seconds, canaries }: Story): Line {
  const points = windows(seconds).map(({ at, cells }): [number, number] => {
    const canary = total(cells, ({ cluster }) => canaries.includes(cluster))
    return [(at - from) / 1000, percent(canary.requests, total(cells).requests)]
  })
  return { label: canaries.join(', '), colour: palette[0] ?? '', points }
}

function errorLines({ from, seconds, clusters }: Story): Line[] {
  const names = [...clusters, 'none'].filter(name =>
    seconds.some(({ cells }) => cells.some(cell => cell.cluster === name)),
  )
  return names.map((name, index) => ({
    label: name === 'none' ? 'no answer' : name,
    colour: palette[index] ?? '',
    points: windows(seconds).map(({ at, cells }): [number, number] => {
      const { requests, errors } = total(cells, ({ cluster }) => cluster === name)
      return [(at - from) / 1000, percent(errors, requests)]
    }),
  }))
}

function windows(seconds: readonly Second[]): { at: number; cells: Cell[] }[] {
  return seconds.map(({ at }, index) => ({
    at,
    cells: seconds.slice(Math.max(0, index + 1 - smoothing), index + 1).flatMap(({ cells }) => cells),
  }))
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}
