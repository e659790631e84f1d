/** The least and the greatest of what a plot shows. */
export type Domain = { low: number; high: number }

/**
 * The domain that shows all values and, unless that would squeeze the values into a line, the thresholds too; with room
 * around them, and with 0 where it is near.
 */
export function domainOf(values: readonly number[], thresholds: readonly number[]): Domain {
  const data = extremes(values) ?? extremes(thresholds) ?? { low: 0, high: 1 }
  const wide = extremes([data.low, data.high, ...thresholds]) ?? data
  const squeezed = data.high > data.low && (data.high - data.low) / 25 < (wide.high - wide.low) / 625
  const { low, high } = squeezed ? data : wide
  const span = high - low || Math.abs(high) || 1
  if (!Number.isFinite(span)) return { low, high }
  const bottom = low >= 0 && low < span / 2 ? 0 : low - span * 0.08
  const top = high <= 0 && -high < span / 2 ? 0 : high + span * 0.08
  return Number.isFinite(bottom) && Number.isFinite(top) ? { low: bottom, high: top } : { low, high }
}

/** Maps a domain to [from, to]. Halves are subtracted, because the ends of a float's range are too far apart. */
export function scale({ low, high }: Domain, from: number, to: number): (value: number) => number {
  const half = high / 2 - low / 2
  if (half < Number.MIN_VALUE * 2 ** 60) return () => (from + to) / 2 // nothing is left to divide by
  return value => from + ((value / 2 - low / 2) / half) * (to - from)
}

/** Round numbers within a domain, some five of them: 1, 2 or 5 times a power of ten apart. */
export function ticks({ low, high }: Domain): number[] {
  const rough = high / 5 - low / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough) ?? rough
  if (!Number.isFinite(step) || step <= 0 || low + step === low) return [low, high]
  const first = Math.ceil(low / step)
  const count = Math.min(Math.floor(high / step) - first, 10)
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  ...[1, 2, 5, 10, 15, 30].map(n => n * second),
  ...[1, 2, 5, 10, 15, 30].map(n => n * minute),
  ...[1, 2, 3, 6, 12, 24, 48].map(n => n * hour),
]

/** Round times within a domain of milliseconds, at most six, as they are written: with seconds or a date where needed. */
export function timeTicks({ low, high }: Domain): { time: number; text: string }[] {
  const days = high - low >= 24 * hour
  const most = days ? 3 : 6
  const step = steps.find(size => (high - low) / size < most) ?? (high - low) / most
  const first = Math.ceil(low / step) * step
  const times = high === low ? [low] : Array.from({ length: most }, (_, index) => first + index * step)
  return times
    .filter(time => time <= high)
    .map(time => {
      const iso = new Date(time).toISOString()
      const text = days ? iso.slice(5, 16).replace('T', ' ') : iso.slice(11, step < minute || high === low ? 19 : 16)
      return { time, text }
    })
}

/** Undefined when there is none; a list may be longer than what a call takes as arguments. */
export function extremes(values: readonly number[]): Domain | undefined {
  const [first] = values
  if (first === undefined) return undefined
  return values.reduce(({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }), {
    low: first,
    high: first,
  })
}
