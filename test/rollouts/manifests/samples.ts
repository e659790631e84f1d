import { series } from '../../support/prometheus/real.ts'

/** Seconds since the epoch: when the samples begin, 30 s apart, and when the analysis does. */
export const start = 1_700_000_000
export const measuring = start + 300
const ticks = Array.from({ length: 24 }, (_, index) => 30 * index)

export type Labels = Readonly<Record<string, string>>

/** A series whose value at each scrape, by seconds since `start`, is given; undefined leaves the scrape out. */
export function gauge(name: string, labels: Labels, value: number | ((at: number) => number | undefined)): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
  const samples = ticks.flatMap(at => {
    const found = typeof value === 'number' ? value : value(at)
    return found === undefined ? [] : [[start + at, found] as const]
  })
  return series(`${name}{${written.join(',')}}`, samples)
}

/** When a counter begins anew: once, in seconds since `start`, or again and again. */
export type Reset = number | { every: number }

/** A counter that has grown for long, so many each second. */
export function counter(
  name: string,
  labels: Labels,
  perSecond: number,
  reset: Reset = Number.POSITIVE_INFINITY,
): string {
  const grown = (at: number) => {
    if (typeof reset === 'object') return at % reset.every
    return at < reset ? 100_000 + at : at - reset
  }
  return gauge(name, labels, at => perSecond * grown(at))
}
