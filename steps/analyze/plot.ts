import type { MeasurementReport, MetricReport } from './report-schema.ts'

const width = 720
const height = 180
const margin = { left: 64, right: 12, top: 10, bottom: 24 }

/** No more lines than one can tell apart; the rest is in the table. */
const mostSeries = 8

/**
 * Draws a metric over time as SVG: a line for each value, a dot for each measurement in the colour of its phase, a cross
 * for an error, and a dashed line for each number that its conditions compare `result` with. Holds no text from outside
 * but numbers and times.
 */
export function plot({ measurements, successCondition, failureCondition }: MetricReport): string {
  const thresholds = [...thresholdsIn(successCondition), ...thresholdsIn(failureCondition)]
  const points = measurements.map(measurement => ({ measurement, values: measurement.values.map(toNumber) }))
  const finite = [...points.flatMap(({ values }) => values), ...thresholds].filter(Number.isFinite)
  const times = measurements.map(({ time }) => Date.parse(time))
  const x = scale(times, margin.left, width - margin.right)
  const y = scale(finite, height - margin.bottom, margin.top)
  const count = Math.min(Math.max(0, ...points.map(({ values }) => values.length)), mostSeries)
  const lines = Array.from({ length: count }, (_, series) =>
    path(
      points.map(({ values }, index) => ({ x: x(times[index] ?? 0), y: values[series] })),
      y,
    ),
  )
  const dots = points.flatMap(({ measurement, values }, index) => mark(measurement, values, x(times[index] ?? 0), y))
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img">`,
    `<path class="axis" d="M${margin.left} ${margin.top}V${height - margin.bottom}H${width - margin.right}"/>`,
    ...thresholds.map(value => threshold(value, y(value))),
    ...extremes(finite).map(value => label(margin.left - 6, y(value) + 4, short(value), 'end')),
    ...extremes(times).map((time, index) =>
      label(x(time), height - 8, new Date(time).toISOString().slice(11, 19), index === 0 ? 'start' : 'end'),
    ),
    ...lines,
    ...dots,
    '</svg>',
  ].join('\n')
}

/** The numbers that a condition compares its result with, as far as they can be seen: `result[0] < 0.05`. */
export function thresholdsIn(condition: string | undefined): number[] {
  const number = String.raw`(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`
  const value = String.raw`result(?:\[\d+\])?`
  const compared = String.raw`\s*(?:<=|>=|<|>|==)\s*`
  const found = (condition ?? '').matchAll(new RegExp(`${value}${compared}${number}|${number}${compared}${value}`, 'g'))
  return [...new Set(Array.from(found, ([, right, left]) => Number(right ?? left)))]
}

function mark(
  { phase, time, value }: MeasurementReport,
  values: readonly number[],
  at: number,
  y: (value: number) => number,
): string[] {
  const title = `<title>${time} ${phase} ${/^[\d.,[\]+\-NaIinf]*$/.test(value ?? '') ? (value ?? '') : ''}</title>`
  if (phase === 'Error') {
    const low = height - margin.bottom - 8
    return [`<path class="Error" d="M${at - 4} ${low - 4}l8 8m0 -8l-8 8">${title}</path>`]
  }
  return values
    .slice(0, mostSeries)
    .filter(Number.isFinite)
    .map(found => `<circle class="${phase}" cx="${round(at)}" cy="${round(y(found))}" r="3.5">${title}</circle>`)
}

function path(points: readonly { x: number; y: number | undefined }[], y: (value: number) => number): string {
  const steps: string[] = []
  let pen = 'M'
  for (const point of points) {
    const known = point.y !== undefined && Number.isFinite(point.y)
    if (known) steps.push(`${pen}${round(point.x)} ${round(y(point.y ?? 0))}`)
    pen = known ? 'L' : 'M'
  }
  return `<path class="line" d="${steps.join('')}"/>`
}

function threshold(value: number, at: number): string {
  const line = `<path class="threshold" d="M${margin.left} ${round(at)}H${width - margin.right}"/>`
  return line + label(width - margin.right, at - 4, short(value), 'end')
}

function label(x: number, y: number, text: string, anchor: 'start' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`
}

/** Maps the range of the values to [from, to]; a range of one value to the middle. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low = 0, high = low] = extremes(values)
  return value => (high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from))
}

function extremes(values: readonly number[]): number[] {
  if (values.length === 0) return []
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return low === high ? [low] : [low, high]
}

function toNumber(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
