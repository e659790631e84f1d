import type { MeasurementReport, MetricReport } from '../report-schema.ts'
import { mark, round } from './marks.ts'
import { type Domain, domainOf, extremes, scale, ticks, timeTicks } from './scale.ts'
import { escapeHtml, short } from './text.ts'

const top = 12
const bottom = 200
/** Below the axis, where a measurement without a finite number has its mark. */
const strip = 26
/** Room at both ends, in percent of the width, so that no mark is cut. */
const side = 2.5
/** Labels nearer than this, in pixels, would touch. */
const labelGap = 15

/** No more lines than one can tell apart, no more marks than one can see; the table and the JSON report have more. */
export const mostSeries = 8
export const mostMarks = 1500
/** With more marks than this, those of success are small, so that the others stand out. */
const crowd = 150

type Point = { measurement: MeasurementReport; time: number; values: number[] }

/**
 * Draws a metric over time as SVG: x in percent, so that it fits any width and its text keeps its size, y in pixels. A
 * line for each value, a mark for each measurement in the shape and colour of its phase, a strip below the axis for what
 * is no finite number, and a dashed line for each number that a condition compares with.
 */
export function plot(metric: MetricReport, id: string): string {
  const points = thinned(metric.measurements.map(readPoint))
  const finite = points.flatMap(({ values }) => values.filter(Number.isFinite))
  const domain = domainOf(
    finite,
    metric.thresholds.map(({ value }) => value),
  )
  const time = extremes(points.map(point => point.time)) ?? { low: 0, high: 0 }
  const x = scale(time, side, 100 - side)
  const y = scale(domain, bottom, top)
  const lost = points.some(({ values }) => values.length === 0 || !values.every(Number.isFinite))
  const foot = bottom + (lost ? strip : 0)
  const height = foot + 26
  const dense = points.length * Math.max(1, ...points.map(({ values }) => values.length)) > crowd
  return `<svg class="plot${dense ? ' dense' : ''}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${escapeHtml(metric.name.slice(0, 200))} over time</title>
<desc id="${id}-desc">${describe(metric, finite)}</desc>
${zone(metric, domain, y)}
${axes(metric, domain, y)}
${lost ? `<line class="grid" x1="0" x2="100%" y1="${foot}" y2="${foot}"/><text class="tick" x="-5" y="${bottom + strip / 2 + 4}">no value</text>` : ''}
${timeAxis(time, x, foot)}
${lines(points, x, y)}
${points.map(point => marksOf(point, x(point.time), y)).join('\n')}
</svg>`
}

/** A number as Prometheus writes it. */
export function toNumber(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
}

function readPoint(measurement: MeasurementReport): Point {
  const values = measurement.phase === 'Error' ? [] : measurement.values.slice(0, mostSeries).map(toNumber)
  return { measurement, time: Date.parse(measurement.time), values }
}

/** Keeps the least and the greatest of each stretch, and what did not succeed before what did. */
function thinned(points: readonly Point[]): Point[] {
  if (points.length <= mostMarks) return [...points]
  const stretch = Math.ceil(points.length / (mostMarks / 3))
  const kept = Array.from({ length: Math.ceil(points.length / stretch) }, (_, index) => {
    const some = points.slice(index * stretch, (index + 1) * stretch)
    const ranked = [...some].sort((a, b) => (a.values[0] ?? 0) - (b.values[0] ?? 0))
    const bad = some.find(({ measurement }) => measurement.phase !== 'Successful')
    return some.filter(point => point === ranked[0] || point === ranked.at(-1) || point === bad)
  })
  return kept.flat()
}

function describe({ measurements, thresholds }: MetricReport, finite: readonly number[]): string {
  const range = extremes(finite)
  const values = range ? `, values from ${short(range.low)} to ${short(range.high)}` : ', no values'
  const bounds = thresholds.map(({ condition, operator, value }) => `${condition} where value ${operator} ${value}`)
  return escapeHtml(`${measurements.length} measurements${values}${bounds.length > 0 ? `; ${bounds.join('; ')}` : ''}.`)
}

/** The side of a threshold where measurements fail, where one comparison alone decides it. */
function zone({ thresholds }: MetricReport, domain: Domain, y: (value: number) => number): string {
  const failures = thresholds.filter(({ condition }) => condition === 'failure')
  const [only, second] = failures.length > 0 ? failures : thresholds
  if (!only || second || !/^[<>]/.test(only.operator) || !within(domain, only.value)) return ''
  const above = only.operator.startsWith('>') === (only.condition === 'failure')
  const from = above ? top - 6 : y(only.value)
  const to = above ? y(only.value) : bottom
  return `<rect class="zone" x="0" y="${round(from)}" width="100%" height="${round(Math.max(to - from, 0))}"/>`
}

function within({ low, high }: Domain, value: number): boolean {
  return value >= low && value <= high
}

function axes({ thresholds }: MetricReport, domain: Domain, y: (value: number) => number): string {
  const bounds = thresholds.filter(({ value }) => within(domain, value))
  const labels = spread(bounds.map(({ value }) => y(value)))
  const grid = ticks(domain).map(value => {
    const free = labels.every(at => Math.abs(at - y(value)) >= labelGap)
    const line = `<line class="grid" x1="0" x2="100%" y1="${round(y(value))}" y2="${round(y(value))}"/>`
    return free ? `${line}<text class="tick" x="-8" y="${round(y(value) + 4)}">${short(value)}</text>` : line
  })
  const drawn = bounds.map(({ condition, operator, value }, index) => {
    const at = round(y(value))
    const title = `<title>${condition}Condition: value ${escapeHtml(operator)} ${value}</title>`
    return `<line class="threshold ${condition}" x1="0" x2="100%" y1="${at}" y2="${at}">${title}</line><text class="bound ${condition}" x="-8" y="${round((labels[index] ?? at) + 4)}">${short(value)}</text>`
  })
  return [...grid, `<line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>`, ...drawn].join('\n')
}

/** Moves labels apart, in their order, within the plot: down where they touch, and up again where that leads out. */
function spread(places: readonly number[]): number[] {
  const order = places.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at)
  const down: number[] = []
  for (const { at } of order) down.push(Math.max(at, (down.at(-1) ?? Number.NEGATIVE_INFINITY) + labelGap))
  const up: number[] = []
  for (const at of down.toReversed()) up.push(Math.min(at, (up.at(-1) ?? bottom + labelGap) - labelGap))
  const apart = up.toReversed()
  return order
    .map(({ index }, rank) => ({ index, at: apart[rank] ?? 0 }))
    .sort((a, b) => a.index - b.index)
    .map(({ at }) => at)
}

function timeAxis(domain: Domain, x: (value: number) => number, foot: number): string {
  return timeTicks(domain)
    .map(({ time, text }, index) => {
      const at = round(x(time))
      const anchor = at > (text.length > 8 ? 85 : 96) && text.length > 5 ? ' end' : ''
      const line = `<line class="nick" x1="${at}%" x2="${at}%" y1="${foot}" y2="${foot + 5}"/>`
      return `<g class="time${index % 2 === 1 ? ' every-other' : ''}">${line}<text class="tick${anchor}" x="${at}%" y="${foot + 20}">${text}</text></g>`
    })
    .join('\n')
}

/** One line for each value. It is stretched to the width; a gap is where there is no finite number. */
function lines(points: readonly Point[], x: (value: number) => number, y: (value: number) => number): string {
  const count = Math.max(0, ...points.map(({ values }) => values.length))
  const paths = Array.from({ length: count }, (_, series) => {
    let pen = 'M'
    const steps = points.map(({ time, values }) => {
      const value = values[series]
      const known = value !== undefined && Number.isFinite(value)
      const step = known ? `${pen}${round(x(time) * 10)} ${round(y(value))}` : ''
      pen = known ? 'L' : 'M'
      return step
    })
    return `<path class="line" d="${steps.join('') || 'M0 0'}"/>`
  })
  return `<svg x="0" y="0" width="100%" height="${bottom}" viewBox="0 0 1000 ${bottom}" preserveAspectRatio="none">${paths.join('')}</svg>`
}

function marksOf({ measurement, values }: Point, x: number, y: (value: number) => number): string {
  const { phase, time } = measurement
  const named = (value: string, index: number) => `${time} ${phase}: ${values.length > 1 ? `[${index}] ` : ''}${value}`
  const drawn = values.map((value, index) => ({ value, title: named(measurement.values[index] ?? '', index) }))
  const marks = drawn
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, title }) => mark(phase, x, y(value), escapeHtml(title)))
  const lost = drawn.find(({ value }) => !Number.isFinite(value))
  if (!lost && values.length > 0) return marks.join('')
  const title = lost?.title ?? `${time} ${phase}: ${(measurement.message ?? 'no value').slice(0, 300)}`
  return [...marks, mark(phase, x, bottom + strip / 2, escapeHtml(title), true)].join('')
}
