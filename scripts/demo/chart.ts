/** A scale from values to pixels. */
export type Scale = (value: number) => number

export type Band = { from: number; to: number; label: string; ok: boolean }
export type Bar = { lane: number; from: number; to: number; label: string; title: string; colour: string }
export type Line = { label: string; colour: string; points: readonly (readonly [at: number, value: number])[] }

const width = 1100
const left = 110
const right = 20

/** Colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008). */
export const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999']

/** Lanes of bars over time: `lanes` are their names. All times are seconds. */
export function laneChart(lanes: readonly string[], bars: readonly Bar[], bands: readonly Band[], end: number): string {
  const x = timeScale(end)
  const height = lanes.length * 34 + 50
  const names = lanes.map(
    (lane, index) => `<text x="${left - 8}" y="${46 + index * 34}" class="name">${text(lane)}</text>`,
  )
  const drawn = bars.map(({ lane, from, to, label, title, colour }) => {
    const at = `x="${round(x(from))}" y="${28 + lane * 34}"`
    const room = x(to) - x(from)
    const word =
      room > label.length * 7 ? `<text x="${round(x(from) + 5)}" y="${46 + lane * 34}">${text(label)}</text>` : ''
    return `<g><title>${text(title)}</title><rect ${at} width="${round(room)}" height="28" fill="${colour}"/>${word}</g>`
  })
  return svg(height, [bandMarks(bands, x, height), ...names, ...drawn, timeAxis(x, end, height)])
}

/** Lines over time, from 0 to `top`; `unit` follows the numbers. */
export function lineChart(
  lines: readonly Line[],
  bands: readonly Band[],
  { end, top, unit }: { end: number; top: number; unit: string },
): string {
  const x = timeScale(end)
  const height = 220
  const y: Scale = value => height - 26 - (Math.min(value, top) / top) * (height - 60)
  const levels = [0, top / 2, top].map(
    value =>
      `<line x1="${left}" x2="${width - right}" y1="${round(y(value))}" y2="${round(y(value))}" class="grid"/>` +
      `<text x="${left - 8}" y="${round(y(value) + 4)}" class="name">${value}${unit}</text>`,
  )
  const drawn = lines.map(({ colour, label, points }) => {
    const path = points.map(([at, value]) => `${round(x(at))},${round(y(value))}`).join(' ')
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"><title>${text(label)}</title></polyline>`
  })
  const legend = lines.map(
    ({ colour, label }, index) =>
      `<rect x="${left + index * 150}" y="20" width="10" height="10" fill="${colour}"/>` +
      `<text x="${left + 15 + index * 150}" y="29">${text(label)}</text>`,
  )
  return svg(height, [bandMarks(bands, x, height), ...levels, ...drawn, ...legend, timeAxis(x, end, height)])
}

/** Makes a text harmless inside HTML and SVG. */
export function text(value: string): string {
  return value.replace(/[&<>"']/g, found => `&#${found.charCodeAt(0)};`)
}

function timeScale(end: number): Scale {
  return seconds => left + (seconds / Math.max(1, end)) * (width - left - right)
}

function bandMarks(bands: readonly Band[], x: Scale, height: number): string {
  return bands
    .map(({ from, to, label, ok }) => {
      const rect = `<rect x="${round(x(from))}" y="0" width="${round(x(to) - x(from))}" height="${height - 20}"`
      return `${rect} class="${ok ? 'band' : 'band bad'}"/><text x="${round(x(from) + 4)}" y="13" class="band">${text(label)}</text>`
    })
    .join('')
}

function timeAxis(x: Scale, end: number, height: number): string {
  const step = end > 150 ? 30 : 10
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step)
    .map(seconds => `<text x="${round(x(seconds))}" y="${height - 6}" class="tick">${seconds} s</text>`)
    .join('')
}

function svg(height: number, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${parts.join('\n')}</svg>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
